using Halley.Protocol.Http;

namespace Halley.Protocol;

/// <summary>
/// What answers requests on a listener: a dialect, or several of them behind one address. Called on the dispatcher of the connection; must not
/// block and must not throw. Anything it keeps of the request it copies: the bytes are gone when it returns.
/// </summary>
public interface IRequestHandler
{
    void Handle(in HttpRequest request, IExchange exchange);
}
