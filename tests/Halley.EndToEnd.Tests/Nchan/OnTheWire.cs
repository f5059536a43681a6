using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Nchan;

/// <summary>nchan over real sockets: what only the engine and the process show.</summary>
public sealed class OnTheWire(NchanServer shared) : IClassFixture<NchanServer>, IDisposable
{
    private const string Close = "Connection: close\r\n";

    private readonly List<RawHttpClient> _clients = [];

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    [Fact]
    public async Task A_head_is_nginxs_from_the_first_byte_to_the_last()
    {
        var channel = NewChannel();
        await PublishAsync(channel, "hello");
        var response = await GetAsync("/sub/" + channel);
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: halley\r\nDate: *\r\nLast-Modified: M\r\nContent-Length: 5\r\n"
                + "Connection: keep-alive\r\n"
                + "Etag: T\r\nVary: If-None-Match, If-Modified-Since\r\n\r\n",
            response.HeadWithoutDate
                .Replace(response["Last-Modified"]!, "M", StringComparison.Ordinal)
                .Replace($"Etag: {response["Etag"]}", "Etag: T", StringComparison.Ordinal));
        Assert.Equal("hello", await response.ReadBodyAsync());
    }

    [Fact]
    public async Task A_poll_that_waits_is_answered_and_its_connection_goes_on()
    {
        var channel = NewChannel();
        var client = await ConnectAsync();
        await client.GetAsync("/sub/" + channel);
        await UntilSubscribedAsync(channel);
        Assert.Equal(201, (await PublishAsync(channel, "one")).Status);
        var response = await client.ReadResponseAsync();
        Assert.Equal("one", await response.ReadBodyAsync());
        await client.SendAsync(
            $"GET /sub/{channel} HTTP/1.1\r\nHost: h\r\nIf-Modified-Since: {response["Last-Modified"]}\r\n"
                + $"If-None-Match: {response["Etag"]}\r\n\r\n");
        await UntilSubscribedAsync(channel);
        await PublishAsync(channel, "two");
        Assert.Equal("two", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task Whose_time_is_up_gets_408_and_may_come_again()
    {
        var client = await ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            await client.GetAsync("/short/" + NewChannel());
            var response = await client.ReadResponseAsync();
            Assert.Equal((408, "0"), (response.Status, response["Content-Length"]));
        }
    }

    [Fact]
    public async Task A_raw_stream_has_no_framing_and_ends_with_the_connection()
    {
        var channel = NewChannel();
        await PublishAsync(channel, "one");
        var response = await GetAsync("/raw/" + channel);
        Assert.Equal(BodyFraming.Close, response.Framing);
        Assert.Equal("close", response["Connection"]);
        await PublishAsync(channel, "two");
        await AskAsync("DELETE", "/pub/" + channel);
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(await response.Client.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_stream_of_events_ends_whole_when_its_channel_is_deleted()
    {
        var channel = NewChannel();
        var response = await GetAsync("/sub/" + channel, "Accept: text/event-stream\r\n");
        Assert.Equal(": hi\n\n", await response.ReadChunkAsync());
        await AskAsync("DELETE", "/pub/" + channel);
        Assert.Equal(":410: 410 Gone\n\n", await response.ReadBodyAsync());
    }

    [Fact]
    public async Task HEAD_has_no_body_and_leaves_the_connection_usable()
    {
        var channel = NewChannel();
        await PublishAsync(channel, "hello");
        var client = await ConnectAsync();
        foreach (var target in new[] { "/pub/" + channel, "/sub/" + channel, "/group/x" })
        {
            await client.SendAsync($"HEAD {target} HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal(200, (await client.ReadResponseAsync(hasBody: false)).Status);
        }

        await client.GetAsync("/sub/" + channel);
        Assert.Equal("hello", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task A_WebSocket_publishes_and_hears_itself_and_others_with_ids()
    {
        var channel = NewChannel();
        using var socket = await RawWebSocket.ConnectAsync(
            shared.Server.Own, "/ps/" + channel, "Sec-WebSocket-Protocol: ws+meta.nchan\r\n");
        Assert.Equal("ws+meta.nchan", socket.Answer["Sec-WebSocket-Protocol"]);
        await socket.SendTextAsync("hi");
        Assert.Matches("^id: [0-9]+:[0-9]+\n\nhi$", await socket.ReadTextAsync());
        await PublishAsync(channel, "there");
        Assert.EndsWith("\n\nthere", await socket.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_channel_whichever_dialect_its_publishers_and_subscribers_speak()
    {
        var channel = NewChannel();
        var pushStream = await GetAsync("/stream/" + channel);
        var icomet = await ConnectAsync(shared.Server.Front);
        await icomet.GetAsync($"/stream?cname={channel}&seq=1");
        var icometResponse = await icomet.ReadResponseAsync();
        await PublishAsync(channel, "hi");
        Assert.Equal("hi", await pushStream.ReadChunkAsync());
        Assert.Contains("\"content\":\"hi\"", await icometResponse.ReadChunkAsync(), StringComparison.Ordinal);
        var admin = await ConnectAsync(shared.Server.Admin);
        await admin.GetAsync($"/push?cname={channel}&content=there");
        Assert.Equal(200, (await admin.ReadResponseAsync()).Status);
        var nchan = await GetAsync("/both?b=none&a=" + channel, "Accept: text/event-stream\r\n");
        Assert.Equal(": hi\n\n", await nchan.ReadChunkAsync());
        Assert.Contains("data: hi\n", await nchan.ReadChunkAsync(), StringComparison.Ordinal);
        Assert.Contains("data: there\n", await nchan.ReadChunkAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_has_its_limit()
    {
        Assert.Equal(200, (await AskAsync("POST", "/group/wire?m=1")).Status);
        Assert.Equal(202, (await AskAsync("POST", "/g/wire/a", "x")).Status);
        var refused = await AskAsync("POST", "/g/wire/b", "x");
        Assert.Equal(403, refused.Status);
        Assert.Equal("Group limit reached for number of messages.\n", await refused.ReadBodyAsync());
        await AskAsync("DELETE", "/group/wire");
        Assert.Equal(202, (await AskAsync("POST", "/g/wire/b", "x")).Status);
    }

    [Fact]
    public async Task The_backend_is_asked_and_decides()
    {
        var channel = NewChannel();
        var client = await ConnectAsync();
        await client.SendAsync(
            $"POST /guarded/{channel}?who=a%26b HTTP/1.1\r\nHost: h\r\nCookie: c=1\r\nContent-Length: 5\r\n\r\nhello");
        await AnswerAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nContent-Type: text/x\r\n", "no", request =>
        {
            Assert.StartsWith("GET /auth?who=a%26b HTTP/1.1\r\n", request, StringComparison.Ordinal);
            Assert.Contains("\r\nCookie: c=1\r\n", request, StringComparison.Ordinal);
            Assert.Contains($"\r\nX-Channel-Id: {channel}\r\n", request, StringComparison.Ordinal);
        });
        var refused = await client.ReadResponseAsync();
        Assert.Equal((403, "text/x"), (refused.Status, refused["Content-Type"]));
        Assert.Equal("no", await refused.ReadBodyAsync());
        await client.PostAsync("/guarded/" + channel, "hello");
        await AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
        Assert.Equal(202, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_backend_thinks_leaves_nothing_behind()
    {
        var channel = NewChannel();
        var leaver = await ConnectAsync();
        await leaver.SendAsync($"GET /guarded/{channel} HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
        using (var question = await shared.Backend.AcceptAsync())
        {
            await question.ReadRequestAsync();
            leaver.Reset();
            await question.AnswerAsync($"HTTP/1.1 200 OK\r\n{Close}Content-Length: 0\r\n\r\n");
        }

        // Answered behind the other's, on whichever thread: by then that one has been let go or never was there.
        var stayer = await ConnectAsync();
        await stayer.SendAsync($"GET /guarded/{channel} HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
        await AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
        Assert.Equal(200, (await stayer.ReadResponseAsync()).Status);
        await UntilSubscribedAsync(channel);
    }

    [Fact]
    public async Task Upstream_rewrites_a_message()
    {
        var channel = NewChannel();
        var client = await ConnectAsync();
        await client.PostAsync("/rewritten/" + channel, "hello");
        await AnswerAsync(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
            "HELLO",
            request => Assert.EndsWith("\r\n\r\nhello", request, StringComparison.Ordinal));
        var published = await client.ReadResponseAsync();
        Assert.Equal(202, published.Status);
        await published.ReadBodyAsync();
        Assert.Equal("HELLO", await (await GetAsync("/sub/" + channel)).ReadBodyAsync());
        await client.PostAsync("/rewritten/" + channel, "drop");
        await AnswerAsync("HTTP/1.1 204 No Content\r\n");
        var dropped = await client.ReadResponseAsync(hasBody: false);
        Assert.Equal((204, null), (dropped.Status, dropped["Content-Length"]));
    }

    [Fact]
    public async Task A_backend_that_says_nothing_is_not_waited_for()
    {
        var client = await ConnectAsync();
        await client.PostAsync("/hasty/" + NewChannel(), "hello");
        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
    }

    private static string NewChannel([CallerMemberName] string of = "") => $"{of}-{Guid.NewGuid():N}";

    private async Task AnswerAsync(string head, string body = "", Action<string>? look = null)
    {
        using var question = await shared.Backend.AcceptAsync();
        var request = await question.ReadRequestAsync();
        await question.AnswerAsync($"{head}{Close}\r\n{body}");
        look?.Invoke(request);
    }

    private async Task<RawHttpClient> ConnectAsync(IPEndPoint? address = null)
    {
        var client = await RawHttpClient.ConnectAsync(address ?? shared.Server.Own);
        _clients.Add(client);
        return client;
    }

    private async Task<RawResponse> GetAsync(string target, string fields = "")
    {
        var client = await ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: h\r\n{fields}\r\n");
        return await client.ReadResponseAsync();
    }

    private async Task<RawResponse> AskAsync(string method, string target, string body = "")
    {
        var client = await ConnectAsync();
        await client.SendAsync($"{method} {target} HTTP/1.1\r\nHost: h\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return await client.ReadResponseAsync();
    }

    private Task<RawResponse> PublishAsync(string channel, string text) => AskAsync("POST", "/pub/" + channel, text);

    private async Task UntilSubscribedAsync(string channel)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (
            !(await (await GetAsync("/pub/" + channel)).ReadBodyAsync()).Contains(
                "active subscribers: 1\r\n", StringComparison.Ordinal))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(5, patience.Token);
        }
    }
}
