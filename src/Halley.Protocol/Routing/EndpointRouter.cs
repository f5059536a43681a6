using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Routing;

/// <summary>One location of a listener: who may come, and what answers.</summary>
public sealed record EndpointRoute(Location Location, AddressRules Rules, IEndpoint Endpoint);

/// <summary>What is served on a listener whose locations lead to endpoints, of one dialect or several.</summary>
public sealed class EndpointRouter(IEnumerable<EndpointRoute> routes) : IRequestHandler
{
    private static readonly ResponseHead Forbidden = ResponseHead.LikeNginx(
        "403 Forbidden", ["Content-Type: text/plain"], []);
    private static readonly ResponseHead NoPath = ResponseHead.LikeNginx(
        "400 Bad Request", ["Content-Type: text/plain"], []);
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
                "The path must not lead out above its root; % wants two hexadecimal digits behind it, other than "u8
                    + "00.\n"u8);
        }
        else if (_table.Find(path, out var captures) is not { } route)
        {
            NothingEndpoint.Reply(exchange);
        }
        else if (!route.Rules.Allows(request.Head, exchange))
        {
            exchange.Reply(Forbidden, "Your address may not come here.\n"u8);
        }
        else if (request.Body.Length > route.Endpoint.MaxBodyBytes)
        {
            exchange.Reply(TooLarge, "The body is longer than is taken at this address.\n"u8);
        }
        else
        {
            route.Endpoint.Handle(
                new RoutedRequest(new HttpRequest(request.Head, path, request.Body), captures), exchange);
        }
    }
}

/// <summary>Puts a dialect with addresses of its own behind a location.</summary>
public sealed class HandlerEndpoint(IRequestHandler handler) : IEndpoint
{
    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange) => handler.Handle(request.Request, exchange);
}
