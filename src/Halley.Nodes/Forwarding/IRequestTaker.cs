using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>What carries out, on this node, what other nodes pass on. Called on the link's dispatcher.</summary>
internal interface IRequestTaker
{
    /// <returns>False where the channel is not this node's: nothing was done then.</returns>
    bool TryTake(in HttpRequest request, bool isForNode, IExchange exchange);
}
