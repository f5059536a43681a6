using System.Net;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.Api;
using Halley.Server.Configuration;

namespace Halley.Server;

/// <summary>The two ports that every server has: of subscribers, and of publishers and operators.</summary>
internal static class Ports
{
    /// <param name="handler">What serves iComet's subscribers.</param>
    public static ListenerOptions Front(HalleyOptions options, EndPoint place, IRequestHandler handler) => new(
        place, handler)
    {
        RequiresHost = options.Front.RequireHost,
        MaxRequestHeadBytes = options.Front.MaxRequestHead,
        MaxRequestBodyBytes = options.Front.MaxRequestBody,
        TrustedProxies = TrustedProxies.Of(options.Front.TrustedProxies),
    };

    /// <summary>The HTTP API, health, and beside them iComet's paths.</summary>
    /// <param name="icomet">What serves iComet's publishers.</param>
    /// <param name="whyNotReady">What keeps the server from its work, a sentence each.</param>
    public static ListenerOptions Admin(
        HalleyOptions options, EndPoint place, IRequestHandler icomet, Hub hub, Func<IReadOnlyList<string>> whyNotReady)
    {
        var rules = new AddressRules(options.Admin.Allow, options.Admin.Deny);
        var keys = options.Admin.ReadKeys();
        var keyed = Keyed(new ApiBeside(Api(options, hub), rules, icomet), keys, options);
        var guarded = Sited(new Health(whyNotReady, rules, keyed), keys, options, options.Admin.Allow);
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
    public static ApiDialect Api(HalleyOptions options, Hub hub) =>
        new(options.IComet.MaxChannelNameBytes, Product.Version, hub, hub.Broker);

    /// <summary>What publishers and operators are served by at an endpoint of the operator's own.</summary>
    /// <param name="allow">Who may come there.</param>
    public static IRequestHandler Guarded(IRequestHandler handler, HalleyOptions options, IEnumerable<string> allow)
    {
        var keys = options.Admin.ReadKeys();
        return Sited(Keyed(handler, keys, options), keys, options, allow);
    }

    private static IRequestHandler Keyed(IRequestHandler handler, ApiKeys keys, HalleyOptions options) =>
        keys.AreNone ? handler : new KeyGuard(handler, keys, options.Admin.Keyless);

    // Where everybody may come, the pages of other sites may, too.
    private static IRequestHandler Sited(
        IRequestHandler handler, ApiKeys keys, HalleyOptions options, IEnumerable<string> allow) =>
        AdminSection.IsOpen(allow)
            ? handler
            : new SiteGuard(
                handler,
                new SiteRules(options.Admin.AllowedOrigins),
                ["/info", "/check"],
                ["/health/live", "/health/ready", .. options.IComet.RequireToken ? [] : (string[])["/sign"]],
                keys);
}
