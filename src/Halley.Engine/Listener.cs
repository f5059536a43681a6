using System.Net;
using Halley.Engine.Connections;
using Halley.Engine.Native;
using Halley.Time;

namespace Halley.Engine;

/// <summary>
/// A socket that accepts, one for each reactor and address: the kernel spreads new connections over those of one port. When nothing can be accepted it
/// stops listening for a moment instead of being told of the same waiting connection over and over.
/// </summary>
internal sealed class Listener : TimerNode
{
    // Between two batches everybody else has a turn.
    private const int BatchSize = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TimeBetweenWarnings = TimeSpan.FromSeconds(10);

    private readonly int _fd;
    private readonly ulong _key;
    private uint _nextWarning;

    /// <param name="fd">A socket that listens; it is closed with the listener.</param>
    /// <param name="key">What its events carry.</param>
    public Listener(Reactor reactor, int fd, ulong key, ListenerOptions options)
    {
        Reactor = reactor;
        _fd = fd;
        _key = key;
        Options = options;
        EndPoint = Socket.LocalEndPoint(fd);
    }

    public Reactor Reactor { get; }

    public ListenerOptions Options { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>Begins to accept.</summary>
    public void Open() => Reactor.Epoll.Add(_fd, Epoll.In, _key);

    /// <summary>Accepts what waits, a batch of it.</summary>
    public void Accept()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            if (Reactor.State.IsFull && !Options.MayUseReserve)
            {
                Rest();
                if (MayWarn())
                {
                    Reactor.State.Logger.Full(Reactor.State.MaxConnections);
                }

                return;
            }

            var fd = Socket.Accept(_fd);
            if (fd >= 0)
            {
                Reactor.State.Opened();
                new Connection(this, fd).Open();
            }
            else if (Errno.Last is var errno and not Errno.Interrupted)
            {
                OnError(errno);
                return;
            }
        }
    }

    public void Close() => Socket.Close(_fd);

    /// <inheritdoc/>
    protected override void OnDue(uint now) => Reactor.Epoll.Modify(_fd, Epoll.In, _key);

    private void OnError(int errno)
    {
        // Out of something: waiting helps. Anything else concerns the one connection that is gone already.
        if (errno is Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted or Errno.NoBufferSpace or Errno.OutOfMemory)
        {
            Rest();
            if (MayWarn())
            {
                Reactor.State.Logger.AcceptFailed(EndPoint, Errno.Describe(errno));
            }
        }
    }

    private void Rest()
    {
        Reactor.Epoll.Modify(_fd, 0, _key);
        Reactor.Timers.Schedule(this, Reactor.Now + Reactor.ToTicks(Pause));
    }

    private bool MayWarn()
    {
        if (unchecked((int)(Reactor.Now - _nextWarning)) < 0)
        {
            return false;
        }

        _nextWarning = Reactor.Now + Reactor.ToTicks(TimeBetweenWarnings);
        return true;
    }
}
