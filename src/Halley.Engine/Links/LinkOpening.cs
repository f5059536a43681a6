using Halley.Protocol.Links;

namespace Halley.Engine.Links;

/// <summary>Opens a link on its reactor.</summary>
internal sealed class LinkOpening(Reactor reactor, int fd, LinkOptions options, Func<Link, ILinkHandler> handler)
    : IWork
{
    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        Open();
        return true;
    }

    /// <summary>Opens it. On the reactor, or before that runs.</summary>
    public void Open() => reactor.Open(key => new SocketLink(reactor, fd, key, options, handler));
}
