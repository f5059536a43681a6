using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Api;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// The dialects that an application's channels are spoken in. Those that count what happens to channels are made when
/// they are first mapped: an application without them pays nothing for them. At the start, on one thread.
/// </summary>
internal sealed class Dialects
{
    // As on a server of its own.
    private const int MaxNameBytes = 255;

    private readonly HalleyOptions _options;
    private readonly Hub _hub;
    private readonly IBroker _broker;
    private readonly TimeProvider _time;
    private readonly Admission _admission;
    private readonly ICometDialect _icomet;
    private readonly CentrifugoNode _centrifugo;
    private PushStreamDialect? _pushStream;
    private NchanDialect? _nchan;

    public Dialects(
        HalleyOptions options, HubOptions limits, Hub hub, IBroker broker, ClientRegistry clients, TimeProvider time)
    {
        (_options, _hub, _broker, _time) = (options, hub, broker, time);
        _admission = new Admission(tokens: null, connectHook: null, hook: null, clients, ChannelNamespaces.None);
        var icomet = new ICometOptions
        {
            PollingTimeout = options.HeartbeatInterval,
            MaxChannelNameBytes = MaxNameBytes,
            Admission = _admission,
        };
        _icomet = new ICometDialect(icomet, limits, hub, broker);
        _centrifugo = new CentrifugoNode(hub, broker, Version, time);
    }

    /// <summary>The version that operators are told.</summary>
    public static string Version => typeof(Dialects).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>The handler for iComet's subscribers.</summary>
    public IRequestHandler Front => Guarded(_icomet.Front);

    /// <summary>The handler for iComet's publishers and operators.</summary>
    public IRequestHandler ICometAdmin => Guarded(new FormReader(_icomet.Admin));

    /// <summary>Makes the handler for back ends.</summary>
    public IRequestHandler Api(ApiForm form) =>
        Guarded(new ApiDialect(MaxNameBytes, Version, _hub, _broker, form));

    public IEndpoint Centrifugo(CentrifugoOptions options)
    {
        options.Admission = Own(options.Admission);
        return _centrifugo.CreateEndpoint(options);
    }

    public IEndpoint PushStream(EndpointOptions options, Location location)
    {
        options.Admission = Own(options.Admission);
        _pushStream ??= new PushStreamDialect(_options.PushStream, Untouched(), _broker, _time);
        return _pushStream.CreateEndpoints([(options, location)])[0];
    }

    public IEndpoint Nchan(NchanOptions options, Location location)
    {
        options.Admission = Own(options.Admission);
        _nchan ??= new NchanDialect(Untouched(), _broker, NoBackend.Instance, _time);
        return _nchan.CreateEndpoint(options, location);
    }

    /// <summary>Puts an endpoint at the place where the application mapped it.</summary>
    public IRequestHandler Routed(IEndpoint endpoint, Location location) =>
        Guarded(new EndpointRouter([new EndpointRoute(location, new AddressRules([], []), endpoint)]));

    private OriginGuard Guarded(IRequestHandler handler) => new(handler, new SiteRules([.. _options.AllowedOrigins]));

    // Clients are the application's also where nobody asked for tokens.
    private Admission Own(Admission admission) => admission == Admission.Open ? _admission : admission;

    private Hub Untouched() => _hub.ChannelCount == 0
        ? _hub
        : throw new InvalidOperationException(
            "push-stream and nchan count channels from the first one on: map them before anything is published.");

    // No endpoint of an application names a server to ask.
    private sealed class NoBackend : IBackend
    {
        public static NoBackend Instance { get; } = new();

        public Action Ask(BackendRequest request, IDispatcher dispatcher, Action<BackendAnswer> whenAnswered) =>
            throw new NotSupportedException("An application's endpoints ask its policies.");
    }
}
