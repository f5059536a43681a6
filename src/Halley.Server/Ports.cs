using System.Net;
using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.Api;
using Halley.Server.Configuration;
using Halley.Server.Metrics;
using Halley.Server.Status;

namespace Halley.Server;

/// <summary>The two ports that every server has: of subscribers, and of publishers and operators.</summary>
internal static class Ports
{
    // Told apart by how often they ask.
    private const int MostAddresses = 100_000;

    /// <param name="handler">What serves iComet's subscribers.</param>
    /// <param name="requests">How often one address may ask; null for as often as it likes.</param>
    public static ListenerOptions Front(
        HalleyOptions options, EndPoint place, IRequestHandler handler, TokenBuckets<ClientBlock>? requests) => new(
        place, ForClients(handler, options.Front.AllowedOrigins, requests))
        {
            RequiresHost = options.Front.RequireHost,
            MaxRequestHeadBytes = options.Front.MaxRequestHead,
            MaxRequestBodyBytes = options.Front.MaxRequestBody,
            TrustedProxies = TrustedProxies.Of(options.Front.TrustedProxies),
        };

    /// <summary>Puts before a handler for clients what keeps other sites' pages and floods from it.</summary>
    public static IRequestHandler ForClients(
        IRequestHandler handler, IReadOnlyCollection<string> origins, TokenBuckets<ClientBlock>? requests)
    {
        var guarded = new OriginGuard(handler, origins);
        return requests is null ? guarded : new RateGuard(guarded, requests);
    }

    /// <summary>Makes the limit on one address's requests, everywhere together; null for none.</summary>
    public static TokenBuckets<ClientBlock>? RequestsOf(HalleyOptions options, TimeProvider time) =>
        options.Limits.RequestsPerAddress == 0
            ? null
            : new TokenBuckets<ClientBlock>(options.Limits.RequestsPerAddress, MostAddresses, time);

    /// <summary>The HTTP API, health, metrics, and beside them iComet's paths.</summary>
    /// <param name="icomet">What serves iComet's publishers.</param>
    /// <param name="whyNotReady">What keeps the server from its work, a sentence each.</param>
    /// <param name="reload">Has the configuration read again.</param>
    public static ListenerOptions Admin(
        HalleyOptions options,
        EndPoint place,
        IRequestHandler icomet,
        Hub hub,
        ProcessMetrics metrics,
        StatusFeed status,
        Func<IReadOnlyList<string>> whyNotReady,
        Func<Task<Reloaded>> reload)
    {
        var rules = new AddressRules(options.Admin.Allow, options.Admin.Deny);
        var keys = options.Admin.ReadKeys();
        var api = new ApiBeside(Api(options, hub, metrics.Broker, ApiForm.Halley, reload), rules, icomet);
        KeyGuard? guard = null;
        var streams = new StatusStreams(
            status,
            hub,
            (in request, client) => guard?.MayChange(request, client) ?? true,
            rules,
            options.IComet.MaxChannelNameBytes,
            new MetricsPage(metrics.WriteAll, rules, api));
        guard = Guard(streams, keys, options, options.Admin.ReadReadingKeys());
        var page = new StatusPage(rules, (IRequestHandler?)guard ?? streams);
        var guarded = Sited(new Health(whyNotReady, rules, page), keys, options, options.Admin.Allow);
        return new ListenerOptions(place, guarded)
        {
            MayUseReserve = true,
            RequiresHost = options.Admin.RequireHost,
            MaxRequestHeadBytes = options.Admin.MaxRequestHead,
            MaxRequestBodyBytes = options.Admin.MaxRequestBody,
            TrustedProxies = TrustedProxies.Of(options.Admin.TrustedProxies),
        };
    }

    /// <summary>The HTTP API, as it is on the admin port and at endpoints.</summary>
    /// <param name="reload">Has the configuration read again; null where nobody may ask for that.</param>
    public static ApiDialect Api(
        HalleyOptions options, Hub hub, IBroker broker, ApiForm form, Func<Task<Reloaded>>? reload = null) =>
        new(options.IComet.MaxChannelNameBytes, Product.Version, hub, broker, form, reload);

    /// <summary>
    /// Puts before a handler for publishers and operators, at an endpoint of the operator's own, what guards it.
    /// </summary>
    /// <param name="allow">Who may come there.</param>
    public static IRequestHandler Guarded(IRequestHandler handler, HalleyOptions options, IEnumerable<string> allow)
    {
        var keys = options.Admin.ReadKeys();

        // What only looks is told apart by the paths of the admin port: here it opens nothing.
        var reading = options.Admin.ReadReadingKeys().Keys.AreNone ? ReadingKeys.None : ReadingKeys.Nowhere;
        return Sited((IRequestHandler?)Guard(handler, keys, options, reading) ?? handler, keys, options, allow);
    }

    // Null where there are no keys at all, and so none is asked for.
    private static KeyGuard? Guard(IRequestHandler handler, ApiKeys keys, HalleyOptions options, ReadingKeys reading) =>
        keys.AreNone && reading == ReadingKeys.None
            ? null
            : new KeyGuard(
                handler, keys, options.Admin.Keyless, options.Limits.RequestsPerKey, TimeProvider.System, reading);

    // Where everybody may come, the pages of other sites may, too.
    private static IRequestHandler Sited(
        IRequestHandler handler, ApiKeys keys, HalleyOptions options, IEnumerable<string> allow) =>
        AdminSection.IsOpen(allow)
            ? handler
            : new SiteGuard(
                handler,
                new SiteRules(options.Admin.AllowedOrigins),
                ["/info", "/check", .. StatusPage.Paths],
                ["/health/live", "/health/ready", .. options.RequiresToken ? [] : (string[])["/sign"]],
                keys);
}
