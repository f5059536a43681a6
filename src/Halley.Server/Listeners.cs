using Halley.Broker;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Routing;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server;

/// <summary>
/// Puts together what the operator's own listeners serve: endpoints of several dialects behind one address.
/// </summary>
internal static class Listeners
{
    /// <param name="hub">Nothing has happened in it yet: push-stream and nchan observe it.</param>
    public static IEnumerable<ListenerOptions> Compose(
        HalleyOptions options,
        IRequestHandler icometFront,
        IRequestHandler icometAdmin,
        Hub hub,
        IBroker broker,
        IBackend backend,
        TimeProvider time)
    {
        if (options.GetListeners().Count == 0)
        {
            return [];
        }

        var dialect = new PushStreamDialect(options.PushStream, hub, broker, time);
        var ours = options
            .GetListeners()
            .SelectMany(listener => listener.Endpoints)
            .Where(endpoint => endpoint.IsPushStream)
            .ToList();
        var made = ours
            .Zip(dialect.CreateEndpoints([.. ours.Select(endpoint => (endpoint.PushStream, endpoint.Location!))]))
            .ToDictionary(pair => pair.First, pair => pair.Second);

        // Groups are counted only where somebody can be told of them.
        var nchan = options.GetListeners().SelectMany(listener => listener.Endpoints).Any(endpoint => endpoint.IsNchan)
            ? new NchanDialect(hub, broker, backend, time)
            : null;

        return [.. options.GetListeners().Select(listener => new ListenerOptions(
            ListenAddress.PlaceOf(listener.Listen, listener.UnixMode),
            new EndpointRouter(listener.Endpoints.Select(endpoint => new EndpointRoute(
                endpoint.Location!, new AddressRules(endpoint.Allow, endpoint.Deny), EndpointFor(endpoint)))))
        {
            IsIPv6Only = listener.IsIPv6Only,
            MaxRequestHeadBytes = listener.MaxRequestHead,
            MaxRequestBodyBytes = listener.MaxRequestBody,
            TcpKeepAlive = listener.TcpKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            TrustedProxies = TrustedProxies.Of(listener.TrustedProxies),
        })];

        IEndpoint EndpointFor(EndpointSection endpoint) => endpoint.Kind switch
        {
            "icomet-front" => new HandlerEndpoint(icometFront),
            "icomet-admin" => new HandlerEndpoint(Ports.Guarded(icometAdmin, options, endpoint.Allow)),
            "api" => new HandlerEndpoint(Ports.Guarded(Ports.Api(options, hub), options, endpoint.Allow)),
            "nothing" => NothingEndpoint.Instance,
            "mini-comet" => new MiniCometDialect(endpoint.MiniComet, hub, broker),
            _ when endpoint.IsNchan => nchan!.CreateEndpoint(endpoint.Nchan, endpoint.Location!),
            _ => made[endpoint],
        };
    }
}
