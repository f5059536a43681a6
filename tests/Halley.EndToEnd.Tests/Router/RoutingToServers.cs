using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Router;

/// <summary>
/// Three servers that know nothing of each other, a router before them, and what becomes of messages when any of them
/// fails.
/// </summary>
public sealed class RoutingToServers : IAsyncLifetime
{
    private static readonly ICometConf Conf = new() { ChannelTimeout = 2, PollingTimeout = 2 };

    private readonly List<RawHttpClient> _clients = [];
    private ICometServer[] _servers = [];
    private RouterProcess? _router;

    private RouterProcess Router => _router!;

    public async ValueTask InitializeAsync()
    {
        _servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ICometServer.StartAsync(Conf)));
        _router = new RouterProcess(_servers);
        await _router.StartAsync(servers: 3);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (_router is not null)
        {
            await _router.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            server.Process.Continue();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Publishers_see_one_server()
    {
        var places = new HashSet<IPEndPoint>();
        foreach (var channel in Enumerable.Range(0, 20).Select(number => $"user{number}"))
        {
            var place = await Router.SignAsync(channel);
            places.Add(place);
            var subscriber = await SubscribeAsync(place, channel);
            Assert.Equal((200, "{\"type\":\"ok\"}\n"), await Router.AskAsync($"/push?cname={channel}&content=hi"));
            Assert.Equal("hi", Content(await subscriber.ReadChunkAsync()));
        }

        Assert.Equal(3, places.Count);
        await Router.UntilAsync(
            "/info", info => info == "{\"version\": \"0.2.5\", \"channels\": 20, \"subscribers\": 20}\n");
        Assert.Equal("{\"cname\": \"user3\", \"subscribers\": 1}\n", (await Router.AskAsync("/info?cname=user3")).Body);
        Assert.Equal("{\"user3\": 1}\n", (await Router.AskAsync("/check?cname=user3")).Body);
        Assert.Equal("ok\n", (await Router.AskAsync("/broadcast?content=all")).Body);
    }

    [Fact]
    public async Task A_channel_is_found_wherever_its_subscribers_went_by_themselves()
    {
        var first = await SubscribeAsync(_servers[0].Front, "x");
        var second = await SubscribeAsync(_servers[2].Front, "x");
        await Router.UntilAsync(
            "/route?cname=x",
            route => RouterProcess.Count(route, "\"a\"") > 0 && RouterProcess.Count(route, "\"c\"") > 0);

        Assert.Equal(200, (await Router.AskAsync("/push?cname=x&content=hi")).Status);

        Assert.Equal("hi", Content(await first.ReadChunkAsync()));
        Assert.Equal("hi", Content(await second.ReadChunkAsync()));
    }

    [Fact]
    public async Task A_router_that_starts_again_finds_every_channel_at_once()
    {
        var subscribers = new Dictionary<string, Told>();
        foreach (
            var (server, number) in _servers.SelectMany(
                (server, place) => Enumerable.Range(0, 5).Select(number => (server, (place * 10) + number))))
        {
            // Where its hash would not have it, as likely as not.
            subscribers.Add($"c{number}", await SubscribeAsync(server.Front, $"c{number}"));
        }

        await Router.KillAsync();
        await Router.StartAsync(servers: 3);

        foreach (var (channel, subscriber) in subscribers)
        {
            Assert.Equal(200, (await Router.AskAsync($"/push?cname={channel}&content={channel}")).Status);
            Assert.Equal(channel, Content(await subscriber.ReadChunkAsync()));
        }
    }

    [Fact]
    public async Task When_a_server_dies_its_channels_are_others_and_their_subscribers_are_told()
    {
        var place = await Router.SignAsync("x");
        var subscriber = await SubscribeAsync(place, "x");
        Assert.Equal(200, (await Router.AskAsync("/push?cname=x&content=one")).Status);
        Assert.Equal("one", Content(await subscriber.ReadChunkAsync()));
        var epoch = subscriber.Epoch;

        await ServerAt(place).Process.KillAsync();

        // Each is acknowledged or refused with a reason, and once one is acknowledged, the channel is elsewhere.
        await Router.UntilAsync("/push?cname=x&content=two", answer => answer == "{\"type\":\"ok\"}\n");
        var next = await Router.SignAsync("x");
        Assert.NotEqual(place, next);
        var again = await SubscribeAsync(next, "x", $"&seq=2&epoch={epoch}", "reset");
        Assert.Equal("two", Content(await again.ReadChunkAsync()));
    }

    [Fact]
    public async Task A_server_that_is_silent_keeps_its_channels_and_publishers_are_told()
    {
        var place = await Router.SignAsync("x");
        var subscriber = await SubscribeAsync(place, "x");
        var server = ServerAt(place);
        server.Process.Pause();

        await Router.UntilAsync(
            "/push?cname=x&content=lost", answer => answer.Contains(
                "does not answer, and may have subscribers; nothing was done", StringComparison.Ordinal));
        server.Process.Continue();
        await Router.UntilAsync("/push?cname=x&content=found", answer => answer == "{\"type\":\"ok\"}\n");

        // What timed out may have been done, and was said to be so.
        string? content;
        do
        {
            content = Content(await subscriber.ReadChunkAsync());
        }
        while (content is null or "lost");
        Assert.Equal("found", content);
    }

    private ICometServer ServerAt(IPEndPoint front) => _servers.Single(server => server.Front.Equals(front));

    private async Task<Told> SubscribeAsync(
        IPEndPoint front, string channel, string place = "&epoch=", string first = "exact")
    {
        var client = await RawHttpClient.ConnectAsync(front);
        _clients.Add(client);
        await client.GetAsync($"/stream?cname={channel}{place}");
        var stream = await client.ReadResponseAsync();
        var told = JsonDocument.Parse((await stream.ReadChunkAsync())!).RootElement;
        Assert.Equal(first, told.GetProperty("type").GetString());
        return new Told(stream, told.GetProperty("epoch").GetString()!);
    }

    private static string? Content(string? chunk)
    {
        var told = JsonDocument.Parse(chunk!).RootElement;
        return told.GetProperty("type").GetString() == "data" ? told.GetProperty("content").GetString() : null;
    }

    private sealed record Told(RawResponse Stream, string Epoch)
    {
        /// <summary>The next thing told but for heartbeats.</summary>
        public async Task<string?> ReadChunkAsync()
        {
            string? chunk;
            do
            {
                chunk = await Stream.ReadChunkAsync();
            }
            while (chunk is not null && chunk.Contains("\"noop\"", StringComparison.Ordinal));

            return chunk;
        }
    }
}
