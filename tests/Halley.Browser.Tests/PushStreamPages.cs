using System.Net;
using System.Text;
using System.Text.Json;
using Halley.Testing;
using Microsoft.Playwright;

namespace Halley.Browser.Tests;

/// <summary>
/// Push-stream's ways to a page, from another origin, with texts encoded as pushstream.js encodes them.
/// </summary>
public sealed class PushStreamPages(Browser browser) : IAsyncLifetime
{
    private const string Message = """{\"id\":~id~,\"text\":\"~text~\",\"time\":\"~time~\",\"tag\":\"~tag~\"}""";

    private static readonly string[] Texts =
        ["one", "quote \" and ' and \\", "two\nlines", "</script><b>markup</b>", "你好 é 😀 \u2028", "last"];

    private JsonServer? _server;
    private WebSite? _site;
    private IPage? _page;

    public async ValueTask InitializeAsync()
    {
        _server = await JsonServer.StartAsync(
            $$"""
            { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "store_messages": true },
            { "location": "~ ^/ev/(.*)$", "kind": "eventsource", "channels_path": "$1",
              "message_template": "{{Message}}", "allowed_origins": "*" },
            { "location": "~ ^/ws/(.*)$", "kind": "websocket", "channels_path": "$1",
              "message_template": "{{Message}}" },
            {
              "location": "~ ^/lp/(.*)$", "kind": "long-polling", "channels_path": "$1",
              "message_template": "{{Message}}", "allowed_origins": "*",
              "last_received_message_time": "$arg_time", "last_received_message_tag": "$arg_tag"
            },
            {
              "location": "~ ^/frame/(.*)$", "kind": "streaming", "channels_path": "$1",
              "default_type": "text/html; charset=utf-8",
              "header_template": "<script>function p(message) { parent.postMessage(message, '*'); }</script>",
              "message_template": "<script>p({{Message}});</script>"
            }
            """);
        _site = new WebSite(_server.Front);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("socket")]
    [InlineData("poll")]
    [InlineData("jsonp")]
    [InlineData("frame")]
    public async Task What_is_published_reaches_a_page_in_order(string mode)
    {
        _page = await browser.OpenAsync(
            $"http://127.0.0.1:{_site!.Port}/pushstream.html?mode={mode}&"
                + $"base={Uri.EscapeDataString($"http://{_server!.Own}")}");
        await UntilSomebodyListensAsync();

        foreach (var text in Texts)
        {
            Assert.Equal(HttpStatusCode.OK, await PublishAsync(text));
        }

        await _page.WaitForFunctionAsync($"received.length >= {Texts.Length}");
        Assert.Equal(
            Texts, JsonSerializer.Deserialize<string[]>(await _page.EvaluateAsync<string>("JSON.stringify(received)")));
    }

    public async ValueTask DisposeAsync()
    {
        await (_page?.CloseAsync() ?? Task.CompletedTask);
        _site?.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    // Nothing was published yet, so a page that comes later would miss it.
    private async Task UntilSomebodyListensAsync()
    {
        using var client = new HttpClient();
        var subscribers = 0;
        while (subscribers == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            using var answer = await client.GetAsync(
                new Uri($"http://{_server!.Own}/pub?id=a"), TestContext.Current.CancellationToken);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                var info = JsonDocument.Parse(
                    await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                subscribers = info.RootElement.GetProperty("subscribers").GetInt32();
            }
        }
    }

    private async Task<HttpStatusCode> PublishAsync(string text)
    {
        using var client = new HttpClient();
        using var content = new StringContent(Uri.EscapeDataString(text), Encoding.ASCII);
        using var answer = await client.PostAsync(
            new Uri($"http://{_server!.Own}/pub?id=a"), content, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
