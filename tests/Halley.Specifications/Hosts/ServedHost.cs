using System.Net;
using System.Text;
using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Dialects.Api;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Specifications.Hosts;

/// <summary>A host under test with channels and every dialect behind it, or a handler of the test's own.</summary>
/// <remarks>
/// iComet's subscribers are at <c>/</c> and its publishers at <c>/push</c>, <c>/close</c> and <c>/clear</c>;
/// push-stream's below <c>/ps/</c>, nchan's at <c>/nchan</c>, Centrifugo's below <c>/connection/</c>, our own API's
/// below <c>/api/</c>, and the smallest server's below <c>/mini/</c>.
/// </remarks>
public sealed class ServedHost : IAsyncDisposable
{
    /// <summary>The interval of heartbeats, where a dialect has an option for it.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly IHost _host;

    private ServedHost(Hub hub, IHost host) => (Hub, _host) = (hub, host);

    public Hub Hub { get; }

    public IPEndPoint EndPoint => _host.EndPoint;

    public static async Task<ServedHost> StartAsync(HostStart start, HostSetup setup)
    {
        var limits = new HubOptions();
        setup.Channels?.Invoke(limits);
        var hub = new Hub(limits, setup.Time);
        var handler = setup.Handler ?? Dialects(hub, limits, setup);
        return new ServedHost(hub, await start(setup, handler));
    }

    public Task DrainAsync(TimeSpan within) => _host.DrainAsync(within);

    public Task<RawHttpClient> ConnectAsync() => RawHttpClient.ConnectAsync(EndPoint);

    /// <summary>A subscriber of iComet's whose answer is held: its head has been read.</summary>
    public async Task<(RawHttpClient Client, RawResponse Response)> SubscribeAsync(
        string channel, string transport = "stream")
    {
        var before = Hub.SubscriberCount;
        var client = await ConnectAsync();
        await client.GetAsync($"/{transport}?cname={channel}&seq=1");
        var response = await client.ReadResponseAsync();
        await Eventually.TrueAsync(() => Hub.SubscriberCount > before, "it is subscribed");
        return (client, response);
    }

    /// <summary>Publishes, without the host's help, as fast as subscribers are told.</summary>
    public async Task PublishAsync(string channel, string text) =>
        await Hub.Broker.Publish(Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text)));

    /// <summary>Publishes, without the host's help, where subscribers cannot be far behind.</summary>
    public void Publish(string channel, string text) =>
        Hub.Broker.Publish(Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text))).Now();

    /// <summary>
    /// Returns when what was sent before has most likely been read: connections that came later were answered.
    /// </summary>
    public async Task AnswersAsync()
    {
        for (var i = 0; i < 8; i++)
        {
            using var client = await ConnectAsync();
            await client.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            await client.ReadToEndAsync();
        }
    }

    /// <summary>Stops the host, with what it holds.</summary>
    public async ValueTask StopAsync() => await _host.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Hub.Dispose();
    }

    private static EndpointRouter Dialects(Hub hub, HubOptions limits, HostSetup setup)
    {
        var broker = new MemoryBroker(hub);
        var options = new ICometOptions { PollingTimeout = Silence };
        setup.IComet?.Invoke(options);
        var icomet = new ICometDialect(options, limits, hub, broker);
        var admin = new HandlerEndpoint(new FormReader(icomet.Admin));
        var nchanOptions = new NchanOptions { Kind = NchanKind.Pubsub, ChannelId = { "$arg_id" } };
        var ofAll = new PushStreamOptions { ChannelInactivityTime = limits.IdleTimeout };
        var pushStream = new PushStreamDialect(ofAll, hub, broker, setup.Time);
        var nchan = new NchanDialect(hub, broker, new NoBackend(), setup.Time);
        var centrifugo = new CentrifugoNode(hub, broker, "test", setup.Time);
        (string Location, PushStreamKind Kind)[] ofPushStream =
        [
            ("= /ps/pub", PushStreamKind.AdminPublisher),
            ("= /ps/stream", PushStreamKind.Streaming),
            ("= /ps/events", PushStreamKind.EventSource),
            ("= /ps/poll", PushStreamKind.LongPolling),
            ("= /ps/ws", PushStreamKind.WebSocket),
        ];
        var made = pushStream.CreateEndpoints([.. ofPushStream.Select(one => (OptionsOf(one.Kind), At(one.Location)))]);
        return new EndpointRouter(
        [
            .. ofPushStream.Zip(made, (one, endpoint) => Route(one.Location, endpoint)),
            Route("= /nchan", nchan.CreateEndpoint(nchanOptions, At("= /nchan"))),
            Route("/connection/", centrifugo.CreateEndpoint(new CentrifugoOptions())),
            Route("/api/", new HandlerEndpoint(new ApiDialect(255, "test", hub, broker, ApiForm.Halley))),
            Route("/mini/", new MiniCometDialect(new MiniCometOptions(), hub, broker)),
            Route("= /push", admin),
            Route("= /close", admin),
            Route("= /clear", admin),
            Route("/", new HandlerEndpoint(icomet.Front)),
        ]);
    }

    private static EndpointOptions OptionsOf(PushStreamKind kind) => new()
    {
        Kind = kind,
        ChannelsPath = "$arg_id",
        PingMessageInterval = Silence,
        WebsocketAllowPublish = true,
        StoreMessages = true,
        MaxBodyBytes = 4096,
    };

    private static EndpointRoute Route(string location, IEndpoint endpoint) =>
        new(At(location), AddressRules.Everybody, endpoint);

    private static Location At(string written)
    {
        Assert.True(Location.TryParse(written, out var location, out var error), error);
        return location;
    }

    private sealed class NoBackend : IBackend
    {
        public Action Ask(BackendRequest request, IDispatcher dispatcher, Action<BackendAnswer> whenAnswered) =>
            throw new NotSupportedException();
    }
}
