using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>iComet 0.2.5's way to speak HTTP: what its front port and its admin port serve.</summary>
public sealed class ICometDialect
{
    public ICometDialect(ICometOptions options, Hub hub)
    {
        _ = (options, hub);
        Front = Admin = new Nothing();
    }

    /// <summary>What subscribers use: /sub /poll /stream /sse /iframe /ping.</summary>
    public IRequestHandler Front { get; }

    /// <summary>What publishers and operators use: /push /pub /broadcast /sign /close /clear /info /check /psub.</summary>
    public IRequestHandler Admin { get; }

    private sealed class Nothing : IRequestHandler
    {
        public void Handle(in HttpRequest request, IExchange exchange)
        {
        }
    }
}
