namespace Halley.Protocol.Routing;

/// <summary>
/// What answers the requests of one location. Called like an <see cref="IRequestHandler"/>: on the connection's
/// dispatcher, without blocking or throwing.
/// </summary>
public interface IEndpoint
{
    /// <summary>How long a body it takes, in bytes; a longer one is refused before it is asked.</summary>
    int MaxBodyBytes => int.MaxValue;

    void Handle(in RoutedRequest request, IExchange exchange);
}
