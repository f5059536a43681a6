using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Routing;

/// <summary>One location of a listener: who may come, and what answers.</summary>
/// <param name="IsInternal">Whether no client comes here itself, but only where a backend sends it.</param>
public sealed record EndpointRoute(
    Location Location, AddressRules Rules, IEndpoint Endpoint, bool IsInternal = false);

/// <summary>Routes the requests of a listener whose locations lead to endpoints, of one dialect or several.</summary>
public sealed class EndpointRouter(IEnumerable<EndpointRoute> routes) : IRequestHandler
{
    private static readonly ResponseHead Forbidden = ResponseHead.LikeNginx(
        "403 Forbidden", ["Content-Type: text/plain"], []);
    private static readonly ResponseHead NoPath = ResponseHead.LikeNginx(
        "400 Bad Request", ["Content-Type: text/plain"], []);
    private static readonly ResponseHead BadRedirect = ResponseHead.LikeNginx(
        "502 Bad Gateway", ["Content-Type: text/plain"], []);
    private static readonly ResponseHead Whole = ResponseHead.LikeNginx(
        "200 OK", [], ["Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS"]);
    private static readonly ResponseHead TooLarge =
        new("413 Request Entity Too Large", ["Content-Type: text/plain"], [])
        {
            Order = HeadOrder.Nginx,
            Closes = true,
        };

    private readonly LocationTable<EndpointRoute> _table = new([.. routes.Select(route => (route.Location, route))]);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var path = request.Path;
        if (path.SequenceEqual("*"u8))
        {
            exchange.Reply(Whole, default);
        }
        else if (!UrlEncoding.IsWhole(request.Head.Path)
            || path.Contains((byte)0)
            || !NormalPath.TryRead(path, out path))
        {
            exchange.Reply(
                NoPath,
                "The path must not lead out above its root; % wants two hexadecimal digits behind it, "u8
                    + "other than 00.\n"u8);
        }
        else if (_table.Find(path, out var captures) is not { IsInternal: false } route)
        {
            NothingEndpoint.Reply(exchange);
        }
        else
        {
            Serve(route, new RoutedRequest(new HttpRequest(request.Head, path, request.Body), captures), exchange);
        }
    }

    /// <summary>
    /// Serves a request at the location that a backend names, as nginx does with <c>X-Accel-Redirect</c>. A location
    /// that asks a backend itself is none.
    /// </summary>
    /// <param name="target">A path, encoded, and perhaps a query.</param>
    public void HandleInternally(in HttpRequest request, ReadOnlySpan<byte> target, IExchange exchange)
    {
        var query = target.IndexOf((byte)'?');
        var encoded = query < 0 ? target : target[..query];
        var head = request.Head;
        head.Target = target;
        head.Path = encoded;
        head.Query = query < 0 ? default : target[(query + 1)..];
        ReadOnlySpan<byte> path = UrlEncoding.Decode(encoded, plusIsSpace: false);
        if (encoded is [(byte)'/', ..]
            && UrlEncoding.IsWhole(encoded)
            && !path.Contains((byte)0)
            && NormalPath.TryRead(path, out path)
            && _table.Find(path, out var captures) is { Endpoint: not BackendEndpoint } route)
        {
            Serve(route, new RoutedRequest(new HttpRequest(head, path, request.Body), captures), exchange);
        }
        else
        {
            exchange.Reply(BadRedirect, "The backend names a location that does not serve this.\n"u8);
        }
    }

    private static void Serve(EndpointRoute route, in RoutedRequest request, IExchange exchange)
    {
        if (!route.Rules.Allows(request.Request.Head, exchange))
        {
            exchange.Reply(Forbidden, "Your address may not come here.\n"u8);
        }
        else if (request.Request.Body.Length > route.Endpoint.MaxBodyBytes)
        {
            exchange.Reply(TooLarge, "The body is longer than is taken at this address.\n"u8);
        }
        else
        {
            route.Endpoint.Handle(request, exchange);
        }
    }
}

/// <summary>Puts a dialect with addresses of its own behind a location.</summary>
public sealed class HandlerEndpoint(IRequestHandler handler) : IEndpoint
{
    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange) => handler.Handle(request.Request, exchange);
}
