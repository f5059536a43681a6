using Halley.Protocol.Http;

namespace Halley.Protocol.Routing;

/// <summary>A location where nothing is served: it keeps its paths from other locations that would have them.</summary>
public sealed class NothingEndpoint : IEndpoint
{
    private static readonly ResponseHead NotFound = ResponseHead.LikeNginx(
        "404 Not Found", ["Content-Type: text/plain"], []);

    private NothingEndpoint()
    {
    }

    public static NothingEndpoint Instance { get; } = new();

    /// <summary>Answers that there is nothing.</summary>
    public static void Reply(IExchange exchange) => exchange.Reply(NotFound, "Nothing is served at this address.\n"u8);

    /// <inheritdoc/>
    public void Handle(in RoutedRequest request, IExchange exchange) => Reply(exchange);
}
