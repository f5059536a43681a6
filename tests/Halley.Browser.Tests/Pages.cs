using System.Runtime.InteropServices;
using System.Text.Json;

namespace Halley.Browser.Tests;

/// <summary>What is pushed reaches a page, in order, by every way a browser has.</summary>
public sealed class Pages(Browser browser) : PageCase(browser)
{
    /// <summary>Texts that break what is carelessly put together.</summary>
    private static readonly string[] Texts =
        [
            "one", "quote \" and \\ backslash", "two\nlines", "</script><b>markup</b>", "<!--<script>",
            "tab\tand \u0001", "你好 é 😀 \u2028", "a\0b", "last",
        ];

    [Fact]
    public async Task By_events_from_another_origin()
    {
        await OpenAsync($"events.html?url={Uri.EscapeDataString($"http://{Server.Front}/sse?cname=a&seq=0")}");

        await EveryTextArrivesAsync();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task By_a_frame_that_the_site_passes_on(string host)
    {
        await OpenAsync($"frame.html?url={Uri.EscapeDataString("/icomet/iframe?cname=a&seq=0")}", host);

        await EveryTextArrivesAsync();
    }

    [Fact]
    public async Task By_script_after_script_from_another_origin()
    {
        await OpenAsync($"jsonp.html?url={Uri.EscapeDataString($"http://{Server.Front}/poll?cname=a")}");

        await EveryTextArrivesAsync();
    }

    [Fact]
    public async Task By_events_that_the_site_passes_on()
    {
        await OpenAsync($"events.html?url={Uri.EscapeDataString("/icomet/sse?cname=a&seq=0")}");

        await EveryTextArrivesAsync();
    }

    [Fact]
    public async Task By_a_WebSocket_compressed_and_not()
    {
        await OpenAsync($"socket.html?url={Uri.EscapeDataString($"ws://{Server.Front}/ws?cname=a&seq=0")}");
        await EveryTextArrivesAsync();
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            await Page.EvaluateAsync<string>("socket.extensions"));

        var large = string.Concat(Enumerable.Range(0, 20_000).Select(n => $"{n} "));
        await PublishAsync("/push", "a", large);
        var received = await ReceivedAsync(2 + Texts.Length);
        Assert.Equal(large, JsonDocument.Parse(received[^1]).RootElement.GetProperty("content").GetString());
        await Page.EvaluateAsync("socket.send('x'.repeat(10000)), socket.send('ping')");
        Assert.Equal("""{"type":"pong"}""", (await ReceivedAsync(3 + Texts.Length))[^1]);

        await PublishAsync("/close", "a", "");
        await Page.WaitForFunctionAsync("ended !== null");
        Assert.Equal("""{"code":1000,"wasClean":true}""", await Page.EvaluateAsync<string>("JSON.stringify(ended)"));
    }

    [Fact]
    public async Task A_WebSocket_is_told_that_the_server_stops()
    {
        await OpenAsync($"socket.html?url={Uri.EscapeDataString($"ws://{Server.Front}/ws?cname=a&seq=0")}");
        await ReceivedAsync(1);

        Server.Process.Signal(PosixSignal.SIGTERM);

        await Page.WaitForFunctionAsync("ended !== null");
        Assert.Equal(1001, await Page.EvaluateAsync<int>("ended.code"));
    }

    [Fact]
    public async Task Events_come_back_by_themselves_after_the_server_was_gone()
    {
        await OpenAsync($"events.html?url={Uri.EscapeDataString($"http://{Server.Front}/sse?cname=a&seq=0")}");
        await ReceivedAsync(1);
        await Server.Process.KillAsync();
        Server.Start();
        await Server.UntilListeningAsync();

        await ReceivedAsync(2);
        await PublishAsync("/push", "a", "after");

        Assert.Equal("""{"type":"data","cname":"a","seq":1,"content":"after"}""", (await ReceivedAsync(3))[2]);
    }

    private async Task EveryTextArrivesAsync()
    {
        Assert.Equal("""{"type":"next_seq","cname":"a","seq":1,"content":""}""", Assert.Single(await ReceivedAsync(1)));
        foreach (var text in Texts)
        {
            await PublishAsync("/push", "a", text);
        }

        var received = await ReceivedAsync(1 + Texts.Length);
        Assert.Equal(
            Texts, received.Skip(1).Select(
                message => JsonDocument.Parse(message).RootElement.GetProperty("content").GetString()));
        Assert.Equal(
            Enumerable.Range(1, Texts.Length),
            received.Skip(1).Select(message => JsonDocument.Parse(message).RootElement.GetProperty("seq").GetInt32()));
    }
}
