using System.Net;
using Halley.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Halley.AspNetCore.Tests;

/// <summary>Browsers subscribe to an application, over every transport and version of HTTP.</summary>
public sealed class Subscribing
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/push/stream?cname=news", "\"content\":\"hello\"")]
    [InlineData("/push/sse?cname=news", "\"seq\":1,\"content\":\"hello\"}\n\n")]
    [InlineData("/push/iframe?cname=news", "parent.icomet_cb")]
    [InlineData("/push/sub?cname=news&seq=1", "\"content\":\"hello\"")]
    [InlineData("/push/poll?cname=news&seq=1&cb=f", "f({")]
    public async Task A_message_reaches_every_transport(string path, string sign)
    {
        await using var app = await App.StartAsync();
        using var client = await RawHttpClient.ConnectAsync(app.Address);
        await client.GetAsync(path);
        await UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        await app.Halley.PublishAsync("news", "hello");
        await client.ReadThroughAsync(sign);
    }

    [Fact]
    public async Task Who_comes_back_gets_what_was_missed()
    {
        await using var app = await App.StartAsync(options => options.HistorySize = 3);
        var first = await app.Halley.PublishAsync("news", "1");
        for (var i = 2; i <= 60; i++)
        {
            await app.Halley.PublishAsync("news", $"{i}");
        }

        using var client = await RawHttpClient.ConnectAsync(app.Address);
        await client.GetAsync($"/push/stream?cname=news&epoch={first.Epoch}&seq=2");
        var told = System.Text.Encoding.UTF8.GetString(await client.ReadThroughAsync("\"content\":\"60\""));
        Assert.Contains("\"type\":\"gap\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain("\"content\":\"3\"", told, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"58\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_share_a_connection_over_HTTP_2_below_a_path_base()
    {
        await using var app = await App.StartAsync(protocols: HttpProtocols.Http2, pathBase: "/app");
        using var client = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var streams = new List<StreamReader>();
        for (var i = 0; i < 20; i++)
        {
            var answer = await client.GetAsync(
                app.Url($"/app/push/sse?cname=c{i}"), HttpCompletionOption.ResponseHeadersRead, Ended);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
            streams.Add(new StreamReader(await answer.Content.ReadAsStreamAsync(Ended)));
        }

        for (var i = 0; i < 20; i++)
        {
            await UntilAsync(() => app.Halley.CountSubscribers($"c{i}") == 1);
            await app.Halley.PublishAsync($"c{i}", $"for {i}");
            while (await streams[i].ReadLineAsync(Ended) is { } line
                && !line.Contains($"for {i}", StringComparison.Ordinal))
            {
            }
        }

        streams.ForEach(stream => stream.Dispose());
        await UntilAsync(() => Enumerable.Range(0, 20).All(i => app.Halley.CountSubscribers($"c{i}") == 0));
    }

    [Fact]
    public async Task A_WebSocket_goes_over_HTTP_2()
    {
        await using var app = await App.StartAsync(protocols: HttpProtocols.Http2);
        using var client = new System.Net.WebSockets.ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await client.ConnectAsync(new Uri($"ws://{app.Address}/push/ws?cname=news&seq=1"), invoker, Ended);
        await UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        await app.Halley.PublishAsync("news", "hello");
        var bytes = new byte[4096];
        var heard = "";
        while (!heard.Contains("hello", StringComparison.Ordinal))
        {
            var result = await client.ReceiveAsync(bytes, Ended);
            heard += System.Text.Encoding.UTF8.GetString(bytes, 0, result.Count);
        }

        await client.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, Ended);
        await UntilAsync(() => app.Halley.CountSubscribers("news") == 0);
    }

    [Fact]
    public async Task One_that_does_not_read_is_let_go_and_others_are_told()
    {
        await using var app = await App.StartAsync(options => options.MaxQueuedBytes = 256 << 10);
        using var slow = await RawHttpClient.ConnectAsync(app.Address, receiveBuffer: 4096);
        using var quick = await RawHttpClient.ConnectAsync(app.Address);
        await slow.GetAsync("/push/stream?cname=news");
        await quick.GetAsync("/push/stream?cname=news&epoch=0");
        await UntilAsync(() => app.Halley.CountSubscribers("news") == 2);
        for (var i = 0; i < 400 && app.Halley.CountSubscribers("news") == 2; i++)
        {
            await app.Halley.PublishAsync("news", new string('x', 64 << 10) + $"{i:D6}");
            await quick.ReadThroughAsync($"{i:D6}");
        }

        await UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        await app.Halley.PublishAsync("news", "last");
        await quick.ReadThroughAsync("last");
    }

    [Fact]
    public async Task An_application_that_stops_lets_its_subscribers_go_at_once()
    {
        var app = await App.StartAsync();
        using var client = await RawHttpClient.ConnectAsync(app.Address);
        await client.GetAsync("/push/sse?cname=news");
        await UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        app.Lifetime.StopApplication();
        await client.ReadToEndAsync();
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData("/push/poll?cname=a&cb=alert(1)", 400)]
    [InlineData("/push/nothing?cname=a", 404)]
    [InlineData("/push/sse?cname=a", 503)]
    public async Task What_cannot_be_served_is_refused(string path, int status)
    {
        await using var app = await App.StartAsync(options => options.MaxSubscribers = 1);
        using var held = await RawHttpClient.ConnectAsync(app.Address);
        if (status == 503)
        {
            await held.GetAsync("/push/sse?cname=b");
            await UntilAsync(() => app.Halley.CountSubscribers("b") == 1);
        }

        using var client = await RawHttpClient.ConnectAsync(app.Address);
        await client.GetAsync(path);
        Assert.Equal(status, (await client.ReadResponseAsync()).Status);
    }

    internal static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!isSo())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
