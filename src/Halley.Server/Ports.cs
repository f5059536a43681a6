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
    public static ListenerOptions Front(HalleyOptions options, EndPoint place, IRequestHandler handler) => new(place, handler)
    {
        RequiresHost = options.Front.RequireHost,
        MaxRequestHeadBytes = options.Front.MaxRequestHead,
        MaxRequestBodyBytes = options.Front.MaxRequestBody,
        TrustedProxies = TrustedProxies.Of(options.Front.TrustedProxies),
    };

    /// <summary>The HTTP API, and beside it iComet's paths.</summary>
    /// <param name="icomet">What serves iComet's publishers.</param>
    public static ListenerOptions Admin(HalleyOptions options, EndPoint place, IRequestHandler icomet, Hub hub)
    {
        var rules = new AddressRules(options.Admin.Allow, options.Admin.Deny);
        var handler = new ApiBeside(Api(options, hub), rules, icomet);
        return new ListenerOptions(place, Guarded(handler, options, options.Admin.Allow))
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

    /// <summary>
    /// What publishers and operators are served by, unless the pages of other sites may come too, as everybody may.
    /// </summary>
    /// <param name="allow">Who may come where it is served.</param>
    public static IRequestHandler Guarded(IRequestHandler admin, HalleyOptions options, IEnumerable<string> allow)
    {
        var keys = options.Admin.ReadKeys();
        var guarded = keys.AreNone ? admin : new KeyGuard(admin, keys, options.Admin.Keyless);
        return AdminSection.IsOpen(allow)
            ? guarded
            : new SiteGuard(
                guarded,
                new SiteRules(options.Admin.AllowedOrigins),
                ["/info", "/check"],
                options.IComet.RequireToken ? [] : ["/sign"]);
    }
}
