using System.Net;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>
/// Who may do what, at every dialect and transport: with the right token, with one for something else, with none, and
/// with one that is no good.
/// </summary>
public sealed class WhoMayDoWhat(AdmissionServer fixture) : IClassFixture<AdmissionServer>
{
    public static TheoryData<string, string, string, bool> Subscribers => new()
    {
        { "/sub?cname=news", "", "next_seq", true },
        { "/poll?cname=news", "", "next_seq", true },
        { "/stream?cname=news", "", "hello", true },
        { "/sse?cname=news", "", "hello", true },
        { "/iframe?cname=news", "", "hello", true },
        { "/stream?cname=news&seq=1&epoch=0", "", "hello", true },
        { "/stream/news?", "", "hello", false },
        { "/stream/news?epoch=0", "", "hello", false },
        { "/events/news?", "", "hello", false },
        { "/poll/news?", "", "hello", false },
        { "/nchan?id=news", "", "200 OK", false },
        { "/nchan?id=news", "Accept: text/event-stream\r\n", "hello", false },
        { "/nchan?id=news", "TE: chunked\r\nConnection: TE\r\n", "hello", false },
        { "/mini/sub?id=7", "", "hello", false },
    };

    public static TheoryData<string, bool> Sockets => new()
    {
        { "/ws?cname=news", true },
        { "/ws?cname=news&epoch=0", true },
        { "/socket/news?", false },
        { "/nchan?id=news", false },
    };

    public static TheoryData<string> Publishers =>
        ["/pub?id=news", "/nchan?id=7", "/mini/pub?id=7&content=hi"];

    [Theory]
    [MemberData(nameof(Subscribers))]
    public async Task A_subscriber_needs_a_token_for_its_channel(
        string target, string fields, string sign, bool isFront)
    {
        foreach (var (token, mayListen) in Tokens)
        {
            await ListenAsync(target, fields, sign, isFront, token, mayListen);
        }
    }

    [Theory]
    [MemberData(nameof(Subscribers))]
    public async Task A_namespace_says_who_may_listen(string target, string fields, string sign, bool isFront)
    {
        foreach (var (channel, id, token, mayListen) in InNamespaces.Concat(OfPresence))
        {
            await ListenAsync(In(channel, id, target), fields, sign, isFront, token, mayListen);
        }
    }

    [Theory]
    [MemberData(nameof(Sockets))]
    public async Task A_WebSocket_needs_a_token_for_its_channel(string target, bool isFront)
    {
        foreach (var (token, mayListen) in Tokens)
        {
            await OpenAsync(target, isFront, token, mayListen);
        }
    }

    [Theory]
    [MemberData(nameof(Sockets))]
    public async Task A_namespace_says_who_may_open_a_WebSocket(string target, bool isFront)
    {
        foreach (var (channel, id, token, mayListen) in InNamespaces.Concat(OfPresence))
        {
            await OpenAsync(In(channel, id, target), isFront, token, mayListen);
        }
    }

    [Theory]
    [MemberData(nameof(Publishers))]
    public async Task A_publisher_needs_a_token_for_its_channel(string target)
    {
        using var listener = await RawHttpClient.ConnectAsync(fixture.Server.Own);
        await listener.SendAsync($"GET /mini/sub?id=7 HTTP/1.1\r\nHost: halley\r\n{Bearer(AdmissionServer.Token)}\r\n");
        await listener.ReadThroughAsync("welcome");
        foreach (var (token, mayPublish) in Tokens)
        {
            await PublishAsync(target, token, mayPublish);
        }
    }

    [Theory]
    [MemberData(nameof(Publishers))]
    public async Task A_namespace_says_who_may_publish(string target)
    {
        foreach (var (channel, id, token, mayPublish) in InNamespaces)
        {
            // At mini-comet somebody has to listen.
            using var listener = await RawHttpClient.ConnectAsync(fixture.Server.Own);
            await listener.SendAsync($"GET /mini/sub?id={id} HTTP/1.1\r\nHost: halley\r\n{Bearer(token)}\r\n");
            await listener.ReadThroughAsync(mayPublish ? "welcome" : "HTTP/1.1 40");
            await PublishAsync(In(channel, id, target), token, mayPublish);
        }
    }

    [Theory]
    [InlineData("/pub?id=told-x:presence")]
    [InlineData("/nchan?id=told-x:presence")]
    public Task No_client_says_who_came_and_went(string target) =>
        PublishAsync(target, AdmissionServer.ForAll, mayPublish: false);

    [Theory]
    [InlineData("nobody-x", 403, 403)]
    [InlineData("users-x", 403, 403)]
    [InlineData("listen-x", 200, 403)]
    [InlineData("anyone-x", 200, 200)]
    [InlineData("other", 200, 200)]
    [InlineData("other/users-x", 403, 403)]
    public async Task Where_nobody_is_asked_nobody_is_a_user(string channels, int listening, int publishing)
    {
        using var listener = await RawHttpClient.ConnectAsync(fixture.Server.Own);
        await listener.GetAsync("/open/" + channels);
        Assert.Equal(listening, (await listener.ReadResponseAsync()).Status);
        using var publisher = await RawHttpClient.ConnectAsync(fixture.Server.Own);
        await publisher.PostAsync("/open-pub?id=" + channels, "hello");
        Assert.Equal(publishing, (await publisher.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData("/socket/listen-x?")]
    [InlineData("/nchan?id=listen-x")]
    [InlineData("/open-socket/listen-x?")]
    public async Task What_nobody_may_publish_is_not_published_over_a_WebSocket(string target)
    {
        using var socket = await RawWebSocket.ConnectAsync(
            fixture.Server.Own, target, Bearer(AdmissionServer.ForAll));
        await socket.SendTextAsync("from otto");
        var close = await socket.ReadCloseAsync();
        Assert.Equal((1008, "You may listen here, and not publish."), (close.CloseCode, close.CloseReason));
    }

    [Theory]
    [InlineData("/socket/news?")]
    [InlineData("/nchan?id=news")]
    public async Task Who_may_only_listen_publishes_nothing_over_a_WebSocket(string target)
    {
        var token = SignedToken.Of("""
            "sub":"bert","subscribe":["news"]
            """);
        using var socket = await RawWebSocket.ConnectAsync(fixture.Server.Own, target, Bearer(token));
        await socket.SendTextAsync("from bert");
        var close = await socket.ReadCloseAsync();
        Assert.Equal((1008, "You may listen here, and not publish."), (close.CloseCode, close.CloseReason));

        using var other = await RawWebSocket.ConnectAsync(fixture.Server.Own, target, Bearer(AdmissionServer.Token));
        await other.SendTextAsync("from anna");
        Assert.Equal("from anna", await other.ReadTextAsync());
    }

    [Theory]
    [InlineData("", "", 401)]
    [InlineData("Cookie: a=b; access=TOKEN\r\n", "", 401)]
    [InlineData("", "?access_token=TOKEN", 200)]
    [InlineData("", "?access_token=%20", 401)]
    [InlineData("Authorization: bearer TOKEN\r\n", "", 200)]
    [InlineData("Authorization: Basic TOKEN\r\n", "", 401)]
    public async Task A_token_is_taken_where_the_configuration_says(string fields, string query, int status)
    {
        using var client = await RawHttpClient.ConnectAsync(fixture.Server.Own);
        await client.SendAsync(
            $"GET /stream/news{query} HTTP/1.1\r\nHost: halley\r\n{fields}\r\n"
                .Replace("TOKEN", AdmissionServer.Token, StringComparison.Ordinal));
        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public void No_token_is_logged() =>
        Assert.DoesNotContain(AdmissionServer.Token[..40], fixture.Server.Process.Output, StringComparison.Ordinal);

    private static (string Channel, int Id, string? Token, bool May)[] InNamespaces =>
    [
        ("nobody-x", 811, AdmissionServer.ForAll, false),
        ("users-x", 821, AdmissionServer.Useless, true),
        ("users-x", 821, AdmissionServer.Nameless, false),
        ("users-x", 821, null, false),
        ("users-x", 821, AdmissionServer.Useless[..^2] + "AA", false),
        ("anyone-x", 831, AdmissionServer.Nameless, true),
        ("anyone-x", 831, null, true),
        ("anyone-x", 831, AdmissionServer.ForAll[..^2] + "AA", false),
    ];

    private static (string? Token, bool IsGood)[] Tokens =>
    [
        (AdmissionServer.Token, true),
        (AdmissionServer.Useless, false),
        (null, false),
        (AdmissionServer.Token[..^2] + "AA", false),
        (SignedToken.Of("""
            "sub":"anna","subscribe":["news","7"],"publish":["news","7"]
            """, TimeSpan.FromMinutes(-1)), false),
    ];

    private static (string Channel, int Id, string? Token, bool May)[] OfPresence =>
    [
        ("told-x:presence", 821, AdmissionServer.Useless, true),
        ("told-x:presence", 821, AdmissionServer.Nameless, false),
        ("told-x:presence", 821, null, false),
    ];

    private static string In(string channel, int id, string target) => target
        .Replace("news", channel, StringComparison.Ordinal)
        .Replace("id=7", $"id={id}", StringComparison.Ordinal);

    private async Task ListenAsync(
        string target, string fields, string sign, bool isFront, string? token, bool mayListen)
    {
        using var client = await RawHttpClient.ConnectAsync(AddressOf(isFront));
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: halley\r\n{fields}{Bearer(token)}\r\n");
        if (mayListen)
        {
            await UntilPublishedAsync(client.ReadThroughAsync(sign));
            return;
        }

        var answer = await client.ReadResponseAsync();
        var text = answer.Head + await answer.ReadBodyAsync();
        Assert.Matches("HTTP/1.1 40[13] |\"type\":\"401\"", text);
        Assert.DoesNotContain("hello", text, StringComparison.Ordinal);
    }

    private async Task OpenAsync(string target, bool isFront, string? token, bool mayListen)
    {
        using var client = await RawHttpClient.ConnectAsync(AddressOf(isFront));
        await client.SendAsync(RawWebSocket.Handshake(target, Bearer(token)));
        if (mayListen)
        {
            await UntilPublishedAsync(client.ReadThroughAsync("hello"));
            return;
        }

        // Told after the handshake where the dialect does that, so that its clients hear why.
        var answer = await client.ReadResponseAsync(hasBody: false);
        Assert.Contains(answer.Status, (int[])[101, 401, 403]);
        if (answer.Status == 101)
        {
            var told = System.Text.Encoding.Latin1.GetString(await client.ReadToEndAsync());
            Assert.DoesNotContain("hello", told, StringComparison.Ordinal);
        }
    }

    private async Task PublishAsync(string target, string? token, bool mayPublish)
    {
        using var client = await RawHttpClient.ConnectAsync(fixture.Server.Own);
        await client.SendAsync(
            $"POST {target} HTTP/1.1\r\nHost: halley\r\n{Bearer(token)}Content-Length: 2\r\n\r\nhi");
        var status = (await client.ReadResponseAsync()).Status;
        Assert.True(mayPublish ? status is 200 or 201 or 202 : status is 401 or 403, $"{target}: {status}");
    }

    private IPEndPoint AddressOf(bool isFront) => isFront ? fixture.Server.Front : fixture.Server.Own;

    private static string Bearer(string? token) => token is null ? "" : $"Authorization: Bearer {token}\r\n";

    // A poll may be there before or after what is published: again and again, until it hears.
    private async Task UntilPublishedAsync(Task<byte[]> hearing)
    {
        while (!hearing.IsCompleted)
        {
            await AdmissionServer.AskAsync(
                fixture.Server,
                "broadcast",
                """
                {"channels":["news","7","users-x","821","anyone-x","831","told-x:presence"],"data":"hello",
                 "history_size":0}
                """);
            await Task.WhenAny(hearing, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        await hearing;
    }
}
