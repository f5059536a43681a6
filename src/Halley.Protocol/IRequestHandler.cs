using Halley.Protocol.Http;

namespace Halley.Protocol;

/// <summary>
/// A handler of the requests on a listener: a dialect, or several of them behind one address. Called on the dispatcher
/// of the connection; must not block and must not throw. Anything it keeps of the request it copies: the bytes are gone
/// when it returns.
/// </summary>
public interface IRequestHandler
{
    /// <summary>
    /// Whether this client may come. Asked before a body is waited for: if it may not, its request is handled at once,
    /// without its body, and the connection closed after the answer.
    /// </summary>
    bool Admits(in RequestHead head, IResponder client) => true;

    void Handle(in HttpRequest request, IExchange exchange);
}
