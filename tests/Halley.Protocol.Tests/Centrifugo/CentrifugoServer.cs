using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Routing;
using Halley.Protocol.Tests.Routing;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>An endpoint of Centrifugo's protocol without a socket, over a hub of its own.</summary>
internal sealed class CentrifugoServer : IDisposable
{
    private readonly EndpointRouter _router;
    private readonly PresenceAnnouncer? _announcer;

    public CentrifugoServer(
        FakeTokens? tokens = null,
        IEnumerable<ChannelNamespace>? namespaces = null,
        Action<CentrifugoOptions>? choose = null,
        IBroker? broker = null,
        IBackend? backend = null)
    {
        var known = new ChannelNamespaces(namespaces ?? []);
        Hub = new Hub(
            new HubOptions { RetentionOf = known.RetentionOf, SlowConsumersOf = known.SlowConsumersOf }, Time);
        ClientSurvey.AnswerFor(Registry, Hub);
        _announcer = PresenceAnnouncer.Begin(known, Registry, Hub, Time);
        Options.Admission = new Admission(
            tokens is null ? null : new AccessTokens(tokens, new TokenSources("", ""), Time),
            null,
            null,
            Registry,
            known);
        choose?.Invoke(Options);
        Broker = broker ?? Hub.Broker;
        var node = new CentrifugoNode(Hub, Broker, "test", Time, backend);
        _router = new EndpointRouter(
            [new EndpointRoute(RequestFor.At("/"), AddressRules.Everybody, node.CreateEndpoint(Options))]);
    }

    public ManualTime Time { get; } = new();

    public Hub Hub { get; }

    public IBroker Broker { get; }

    public ClientRegistry Registry => _registry ??= new ClientRegistry(ClientLimits.None, Time);

    private ClientRegistry? _registry;

    public CentrifugoOptions Options { get; } = new();

    public ManualDispatcher Dispatcher { get; } = new();

    /// <summary>A client that has opened a WebSocket, and said nothing.</summary>
    /// <param name="fields">Further ones of its request.</param>
    /// <param name="maxQueued">The bytes that it may let wait, where it takes nothing unless told to.</param>
    public CentrifugoCaller Open(string fields = "", int? maxQueued = null)
    {
        var exchange = _router.Ask(
            "GET /connection/websocket",
            exchange: new RecordingExchange(Dispatcher, Time)
            {
                TakesSlowly = maxQueued is not null,
                MaxQueued = maxQueued ?? int.MaxValue,
            },
            fields: "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + $"Sec-WebSocket-Key: {RawWebSocket.Key}\r\n{fields}");
        return new CentrifugoCaller(exchange, this);
    }

    /// <summary>A request of any kind, with all that follows from it.</summary>
    public RecordingExchange Ask(string request, string body = "", string fields = "")
    {
        var exchange = _router.Ask(request, body, new RecordingExchange(Dispatcher, Time), fields);
        Dispatcher.RunAll();
        return exchange;
    }

    /// <summary>A client that has connected.</summary>
    public CentrifugoCaller Connect(string request = "{}", int? maxQueued = null)
    {
        var caller = Open(maxQueued: maxQueued);
        caller.Say($$"""{"id":1,"connect":{{request}}}""");
        Assert.Contains("\"connect\":", caller.Heard(), StringComparison.Ordinal);
        return caller;
    }

    public void Publish(string channel, string payload)
    {
        Assert.Equal(
            PublishStatus.Published,
            Broker.Publish(channel.Utf8(), new Publication(payload.Utf8())).Now().Status);
        Dispatcher.RunAll();
    }

    public void Dispose()
    {
        _announcer?.Dispose();
        Hub.Dispose();
    }
}
