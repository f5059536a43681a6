using System.Text.Json;
using Halley.Testing;
using Microsoft.Playwright;

namespace Halley.Browser.Tests;

/// <summary>A server, a web site that uses it, and a page of the site in a browser.</summary>
public abstract class PageCase(Browser browser) : IAsyncLifetime
{
    private ICometServer? _server;
    private WebSite? _site;
    private IPage? _page;

    protected ICometServer Server => _server!;

    protected WebSite Site => _site!;

    protected IPage Page => _page!;

    protected virtual ICometConf Conf => new();

    public async ValueTask InitializeAsync()
    {
        _server = await ICometServer.StartAsync(Conf);
        _site = new WebSite(_server.Front);
    }

    protected async Task OpenAsync(string page, string host = "127.0.0.1") =>
        _page = await browser.OpenAsync($"http://{host}:{Site.Port}/{page}");

    protected async Task PublishAsync(string path, string channel, string content)
    {
        using var client = await RawHttpClient.ConnectAsync(Server.Admin);
        await client.PostAsync(path, $"cname={Uri.EscapeDataString(channel)}&content={Uri.EscapeDataString(content)}");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    /// <summary>What the page has received, once it is so many; each as JSON.</summary>
    protected async Task<List<string>> ReceivedAsync(int count)
    {
        await Page.WaitForFunctionAsync($"received.length >= {count}");
        var received = JsonDocument.Parse(await Page.EvaluateAsync<string>("JSON.stringify(received)"));
        return [.. received.RootElement.EnumerateArray().Select(message => message.GetRawText())];
    }

    public async ValueTask DisposeAsync()
    {
        await (_page?.CloseAsync() ?? Task.CompletedTask);
        _site?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
