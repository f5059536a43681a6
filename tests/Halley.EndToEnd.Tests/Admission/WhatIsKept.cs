using Halley.Testing;

namespace Halley.EndToEnd.Tests.Admission;

/// <summary>
/// What a namespace keeps, and who may read that: whoever may not has what is published from now on, by every dialect
/// and transport, and is never told that it missed nothing.
/// </summary>
public sealed class WhatIsKept(AdmissionServer fixture) : IClassFixture<AdmissionServer>
{
    public static TheoryData<string, string, bool> Subscribers => new()
    {
        { "/stream?cname=NAME&seq=1", "", true },
        { "/poll?cname=NAME&seq=1", "", true },
        { "/sse?cname=NAME&seq=1", "", true },
        { "/iframe?cname=NAME&seq=1", "", true },
        { "/ws?cname=NAME&seq=1", "SOCKET", true },
        { "/stream?cname=NAME&seq=1&epoch=EPOCH", "", true },
        { "/stream?cname=NAME&seq=1&epoch=5", "", true },
        { "/sse?cname=NAME&seq=1&epoch=EPOCH", "", true },
        { "/ws?cname=NAME&seq=1&epoch=EPOCH", "SOCKET", true },
        { "/stream/NAME.b2?", "", false },
        { "/stream/NAME?seq=1&epoch=EPOCH", "", false },
        { "/events/NAME?", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", false },
        { "/poll/NAME?", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", false },
        { "/poll/NAME/kept-other?", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", false },
        { "/socket/NAME.b2?", "SOCKET", false },
        { "/nchan?id=NAME", "", false },
        { "/nchan?id=NAME", "Accept: text/event-stream\r\n", false },
        { "/nchan?id=NAME", "TE: chunked\r\nConnection: TE\r\n", false },
        { "/nchan?id=NAME", "SOCKET", false },
        { "/nchan?id=NAME&seq=1&epoch=EPOCH", "Accept: text/event-stream\r\n", false },
    };

    [Theory]
    [MemberData(nameof(Subscribers))]
    public async Task Who_may_not_read_it_has_what_comes_from_now_on(string target, string fields, bool isFront)
    {
        var name = "kept-" + Guid.NewGuid().ToString("N");
        var epoch = await PublishAsync(name, "old");
        target = target.Replace("NAME", name, StringComparison.Ordinal)
            .Replace("EPOCH", epoch, StringComparison.Ordinal);

        using var user = await AskAsync(target, fields, isFront, AdmissionServer.ForAll);
        await user.ReadThroughAsync("old");

        using var other = await AskAsync(target, fields, isFront, AdmissionServer.Nameless);
        var heard = System.Text.Encoding.Latin1.GetString(await UntilAsync(name, other.ReadThroughAsync("new")));
        Assert.DoesNotContain("old", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("exact", heard, StringComparison.Ordinal);
        Assert.Equal(
            target.Contains("epoch=", StringComparison.Ordinal), heard.Contains("\"gap\"", StringComparison.Ordinal)
                || heard.Contains("\"reset\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/poll?cname=NAME&seq=1&epoch=EPOCH", true)]
    [InlineData("/poll/NAME?seq=1&epoch=EPOCH", false)]
    [InlineData("/nchan?id=NAME&seq=1&epoch=EPOCH", false)]
    public async Task A_poll_that_tells_positions_is_told_at_once_what_it_does_not_get(string target, bool isFront)
    {
        var name = "kept-" + Guid.NewGuid().ToString("N");
        var epoch = await PublishAsync(name, "old");
        target = target.Replace("NAME", name, StringComparison.Ordinal)
            .Replace("EPOCH", epoch, StringComparison.Ordinal);
        using var client = await AskAsync(target, "", isFront, AdmissionServer.Nameless);
        var text = await (await client.ReadResponseAsync()).ReadBodyAsync();
        Assert.Contains("\"gap\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/poll/NAME", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "304")]
    [InlineData("/poll/NAME/OTHER", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "may be read")]
    [InlineData("/poll/NAME.b5/OTHER.b5", "X-Long-Poll: 1\r\n", "may be read")]
    [InlineData("/nchans?id=NAME,OTHER", "", "may be read")]
    [InlineData("/nchan-now?id=NAME", "", "304")]
    [InlineData("/nchan-now?id=NAME,OTHER", "", "may be read")]
    public async Task An_answer_at_once_has_only_what_may_be_read(string target, string fields, string expected)
    {
        var name = "kept-" + Guid.NewGuid().ToString("N");
        await PublishAsync(name, "old");
        await AdmissionServer.AskAsync(
            fixture.Server, "publish", $$"""{"channel":"other-{{name}}","data":"may be read","history_size":5}""");
        target = target.Replace("NAME", name, StringComparison.Ordinal)
            .Replace("OTHER", "other-" + name, StringComparison.Ordinal);
        var mode = expected == "304" ? "X-Nginx-PushStream-Mode: polling\r\n" : "";

        using var user = await AskAsync(target, fields + mode, isFront: false, AdmissionServer.ForAll);
        await user.ReadThroughAsync("old");

        using var other = await AskAsync(target, fields + mode, isFront: false, AdmissionServer.Nameless);
        var hasBody = expected != "304";
        var answer = await other.ReadResponseAsync(hasBody);
        var text = answer.Head + (hasBody ? await answer.ReadBodyAsync() : "");
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_says_how_much_is_kept_of_publishers_who_do_not()
    {
        for (var n = 1; n <= 5; n++)
        {
            await PublishAsync("kept-2-x", $"message {n}");
        }

        var history = await AdmissionServer.AskAsync(fixture.Server, "history", """{"channel":"kept-2-x"}""");
        Assert.Equal(
            ["message 4", "message 5"],
            history.GetProperty("publications").EnumerateArray().Select(one => one.GetProperty("data").GetString()));

        await AdmissionServer.AskAsync(
            fixture.Server, "publish", """{"channel":"kept-2-x","data":"message 6","history_size":4}""");
        history = await AdmissionServer.AskAsync(fixture.Server, "history", """{"channel":"kept-2-x"}""");
        Assert.Equal(3, history.GetProperty("publications").GetArrayLength());
    }

    private async Task<RawHttpClient> AskAsync(string target, string fields, bool isFront, string token)
    {
        var client = await RawHttpClient.ConnectAsync(isFront ? fixture.Server.Front : fixture.Server.Own);
        var bearer = $"Authorization: Bearer {token}\r\n";
        await client.SendAsync(fields == "SOCKET"
            ? RawWebSocket.Handshake(target, bearer)
            : $"GET {target} HTTP/1.1\r\nHost: halley\r\n{fields}{bearer}\r\n");
        return client;
    }

    private async Task<string> PublishAsync(string channel, string text)
    {
        var answer = await AdmissionServer.AskAsync(
            fixture.Server, "publish", $$"""{"channel":"{{channel}}","data":"{{text}}"}""");
        return answer.GetProperty("epoch").GetString()!;
    }

    // A poll may be there before or after what is published: again and again, until it hears.
    private async Task<byte[]> UntilAsync(string channel, Task<byte[]> hearing)
    {
        while (!hearing.IsCompleted)
        {
            await PublishAsync(channel, "new");
            await Task.WhenAny(hearing, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        return await hearing;
    }
}
