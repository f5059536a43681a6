using Halley.Access;
using Halley.Broker;
using Halley.Engine;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Dialects.Api;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.IComet;
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
    /// <param name="requests">How often one address may ask; null for as often as it likes.</param>
    /// <param name="pushStream">The dialect; null where there is no listener.</param>
    /// <param name="nchan">The dialect; null where there is no endpoint of its.</param>
    public static IEnumerable<ListenerOptions> Compose(
        HalleyOptions options,
        ICometDialect icomet,
        IRequestHandler icometAdmin,
        Hub hub,
        IBroker broker,
        PushStreamDialect? pushStream,
        NchanDialect? nchan,
        CentrifugoNode centrifugo,
        IBackend backend,
        Admissions admissions,
        TokenBuckets<ClientBlock>? requests)
    {
        if (options.GetListeners().Count == 0)
        {
            return [];
        }

        foreach (var endpoint in options.GetListeners().SelectMany(listener => listener.Endpoints))
        {
            if (endpoint.What.Guarded is { } guarded)
            {
                guarded(endpoint).Admission = admissions.Of(endpoint, options);
            }

            endpoint.Centrifugo.NamedProxies = options.GetProxies();
        }

        var ours = options
            .GetListeners()
            .SelectMany(listener => listener.Endpoints)
            .Where(endpoint => endpoint.IsPushStream)
            .ToList();
        var made = ours
            .Zip(pushStream!.CreateEndpoints([.. ours.Select(endpoint => (endpoint.PushStream, endpoint.Location!))]))
            .ToDictionary(pair => pair.First, pair => pair.Second);

        return [.. options.GetListeners().Select(listener => new ListenerOptions(
            ListenAddress.PlaceOf(listener.Listen, listener.UnixMode),
            Ports.ForClients(RouterOf(listener), listener.AllowedOrigins, requests))
        {
            IsIPv6Only = listener.IsIPv6Only,
            MaxRequestHeadBytes = listener.MaxRequestHead,
            MaxRequestBodyBytes = listener.MaxRequestBody,
            TcpKeepAlive = listener.TcpKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            TrustedProxies = TrustedProxies.Of(listener.TrustedProxies),
        })];

        EndpointRouter RouterOf(ListenerSection listener)
        {
            EndpointRouter? router = null;
            router = new EndpointRouter(listener.Endpoints.Select(endpoint => new EndpointRoute(
                endpoint.Location!,
                new AddressRules(endpoint.Allow, endpoint.Deny),
                EndpointFor(endpoint, () => router!),
                endpoint.IsInternal)));
            return router;
        }

        IEndpoint EndpointFor(EndpointSection endpoint, Func<EndpointRouter> router) => endpoint.Kind switch
        {
            "backend" => new BackendEndpoint(
                backend,
                Admissions.AddressOf(endpoint.Url, endpoint.Location!),
                TimeSpan.FromMilliseconds(options.Hook.Timeout),
                router),
            "icomet-front" => new HandlerEndpoint(
                endpoint.IsAsFront
                    ? icomet.Front
                    : icomet.FrontFor(endpoint.Auth.Modes ?? default, endpoint.IComet.Admission)),
            "icomet-admin" => new HandlerEndpoint(Ports.Guarded(icometAdmin, options, endpoint.Allow)),
            "api" => Api(endpoint, ApiForm.Halley),
            "centrifugo-api" => Api(endpoint, ApiForm.Centrifugo),
            "nothing" => NothingEndpoint.Instance,
            "mini-comet" => new MiniCometDialect(endpoint.MiniComet, hub, broker),
            "centrifugo" => centrifugo.CreateEndpoint(endpoint.Centrifugo),
            _ when endpoint.IsNchan => nchan!.CreateEndpoint(endpoint.Nchan, endpoint.Location!),
            _ => made[endpoint],
        };

        HandlerEndpoint Api(EndpointSection endpoint, ApiForm form) =>
            new(Ports.Guarded(Ports.Api(options, hub, broker, form), options, endpoint.Allow));
    }
}
