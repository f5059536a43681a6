namespace Halley.Protocol.Routing;

/// <summary>
/// A handler of the requests of one location. Called like an <see cref="IRequestHandler"/>: on the connection's
/// dispatcher, without blocking or throwing.
/// </summary>
public interface IEndpoint
{
    /// <summary>The longest body it takes, in bytes; a longer one is refused before it is asked.</summary>
    int MaxBodyBytes => int.MaxValue;

    void Handle(in RoutedRequest request, IExchange exchange);
}
