using Halley.Engine.Native;

namespace Halley.Engine.Links;

/// <summary>
/// A socket that accepts links from other nodes. Edge-triggered: what it cannot accept now, for want of descriptors, waits in the kernel until the next one
/// comes, rather than wake us over and over.
/// </summary>
/// <param name="open">Takes up the socket of a link.</param>
internal sealed class LinkListener(Reactor reactor, int fd, ulong key, Action<int> open) : ILinkEnd
{
    // There are as many as there are nodes; whoever sends more waits for the next turn.
    private const int BatchSize = 16;

    /// <summary>Begins to accept. Before the reactor runs, or on it.</summary>
    public void Open() => reactor.Epoll.Add(fd, Epoll.In | Epoll.EdgeTriggered, key);

    /// <inheritdoc/>
    public void OnEvents(uint events)
    {
        for (var i = 0; i < BatchSize; i++)
        {
            var accepted = Socket.Accept(fd);
            if (accepted >= 0)
            {
                open(accepted);
            }
            else if (Errno.Last is not Errno.Interrupted)
            {
                return;
            }
        }

        // Said again, the kernel looks again.
        reactor.Epoll.Modify(fd, Epoll.In | Epoll.EdgeTriggered, key);
    }

    /// <inheritdoc/>
    public void Shut() => Socket.Close(fd);
}
