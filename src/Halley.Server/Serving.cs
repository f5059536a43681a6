using System.Net;
using Halley.Access;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Server.Backends;
using Halley.Server.Configuration;
using Halley.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Halley.Server;

/// <summary>
/// The handlers of requests in one process, put together as the options say: at the start, and anew with each reload.
/// Parts that count or remember live longer, and are here once: clients, their presence, dialects that observe the hub.
/// </summary>
internal sealed class Serving : IDisposable
{
    private readonly Hub _hub;
    private readonly ProcessMetrics _metrics;
    private readonly TokenAuthority _tokens;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpBackend _backend;
    private readonly ClientRegistry _clients;
    private readonly PushStreamDialect? _pushStream;
    private readonly NchanDialect? _nchan;
    private readonly CentrifugoNode _centrifugo;
    private PresenceAnnouncer? _presence;

    /// <param name="hub">Nothing has happened in it yet: push-stream and nchan observe it.</param>
    public Serving(
        HalleyOptions options,
        Hub hub,
        ProcessMetrics metrics,
        TokenAuthority tokens,
        TimeProvider time,
        ILogger logger)
    {
        (_hub, _metrics, _tokens, _time, _logger) = (hub, metrics, tokens, time, logger);
        _backend = new HttpBackend(options.Backend.ToOptions());
        _clients = new ClientRegistry(options.Limits.ToClientLimits(), time);
        ClientSurvey.AnswerFor(_clients, hub);
        NodeSurvey.AnswerForProcess(hub, _clients, () => metrics.Meter.HeldCount);
        _presence = PresenceAnnouncer.Begin(options.GetNamespaces(), _clients, hub, time);
        var listeners = options.GetListeners();
        _pushStream = listeners.Count > 0 ? new(options.PushStream, hub, metrics.Broker, time) : null;

        _centrifugo = new CentrifugoNode(hub, metrics.Broker, Product.Version, time, _backend);

        // Groups are counted only where somebody can be told of them.
        _nchan = listeners.SelectMany(listener => listener.Endpoints).Any(endpoint => endpoint.IsNchan)
            ? new NchanDialect(hub, metrics.Broker, _backend, time)
            : null;
    }

    /// <summary>Puts together what answers requests by some options; nothing else changes.</summary>
    /// <exception cref="ConfigurationException">A file that they name cannot be used.</exception>
    public Served Compose(HalleyOptions options)
    {
        var admissions = new Admissions(options, _clients, _backend, _time, _logger);
        var limits = options.ToHubOptions();
        var icomet = new ICometDialect(
            options.ToICometOptions(admissions.OfFront(options)), limits, _hub, _metrics.Broker, _tokens);
        var admin = new FormReader(icomet.Admin);
        var requests = Ports.RequestsOf(options, _time);
        var own = Listeners.Compose(
            options,
            icomet,
            admin,
            _hub,
            _metrics.Broker,
            _pushStream,
            _nchan,
            _centrifugo,
            _backend,
            admissions,
            requests);
        return new Served(options, limits, icomet.Front, admin, requests, [.. own]);
    }

    /// <summary>Takes over the limits of what was put together, and its namespaces. Any thread.</summary>
    public void TakeOver(Served served)
    {
        _hub.Change(served.Limits);
        _clients.Change(served.Options.Limits.ToClientLimits());
        _pushStream?.Change(served.Options.PushStream);
        if (_presence is not null)
        {
            _presence.Change(served.Options.GetNamespaces());
        }
        else
        {
            _presence = PresenceAnnouncer.Begin(served.Options.GetNamespaces(), _clients, _hub, _time);
        }
    }

    /// <summary>Says that all clients have gone; after the last connection.</summary>
    public void Dispose()
    {
        _presence?.Dispose();
        _backend.Dispose();
    }
}

/// <summary>
/// The handlers of requests under one set of options. Immutable; a reload puts another one in its place.
/// </summary>
/// <param name="Limits">Those of channels.</param>
/// <param name="Front">Serves iComet's subscribers.</param>
/// <param name="Admin">Serves its publishers and operators.</param>
/// <param name="Requests">How often one address may ask; null for as often as it likes.</param>
/// <param name="Own">The operator's own listeners.</param>
internal sealed record Served(
    HalleyOptions Options,
    HubOptions Limits,
    IRequestHandler Front,
    IRequestHandler Admin,
    TokenBuckets<ClientBlock>? Requests,
    IReadOnlyList<ListenerOptions> Own)
{
    /// <summary>Those of the operator's own listeners that the engine has.</summary>
    public IEnumerable<ListenerOptions> WithoutTls => Own
        .Zip(Options.GetListeners())
        .Where(pair => !pair.Second.Tls.IsUsed)
        .Select(pair => pair.First);

    /// <summary>Lists the listeners that speak TLS: the front first, where it does.</summary>
    /// <param name="frontAt">Where the front is; null for nowhere.</param>
    public IReadOnlyList<(ListenerOptions Listener, ListenerTls Tls)> WithTls(EndPoint? frontAt) =>
    [
        .. frontAt is null || !Options.Front.Tls.IsUsed
            ? Array.Empty<(ListenerOptions, ListenerTls)>()
            : [(Ports.Front(Options, frontAt, Front, Requests), Options.Front.Tls)],
        .. Own.Zip(Options.GetListeners(), (listener, section) => (listener, section.Tls))
            .Where(one => one.Tls.IsUsed),
    ];
}
