using Halley.Access;
using Halley.Broker;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>iComet 0.2.5's way to speak HTTP: what its front port and its admin port serve.</summary>
public sealed class ICometDialect
{
    /// <param name="tokens">Where other processes are to know its tokens too.</param>
    /// <param name="limits">Those that <paramref name="hub"/> was built with: /sign tells some of them.</param>
    public ICometDialect(
        ICometOptions options, HubOptions limits, Hub hub, IBroker broker, TokenAuthority? tokens = null)
    {
        tokens ??= new TokenAuthority();
        Front = new ICometFront(options, hub, tokens);
        Admin = new ICometAdmin(options, limits, broker, tokens);
    }

    /// <summary>What subscribers use: /sub /poll /stream /sse /iframe /ws /ping.</summary>
    public IRequestHandler Front { get; }

    /// <summary>
    /// What publishers and operators use: /push /pub /broadcast /sign /close /clear /info /check /psub.
    /// </summary>
    public IRequestHandler Admin { get; }
}
