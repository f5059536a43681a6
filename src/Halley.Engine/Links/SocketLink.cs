using System.Buffers;
using Halley.Engine.Native;
using Halley.Protocol.Links;

namespace Halley.Engine.Links;

/// <summary>A link over a socket, watched by a reactor beside its connections.</summary>
internal sealed class SocketLink : Link, IWork
{
    private const int FirstCapacity = 64 * 1024;

    // Of a buffer each; then others have their turn.
    private const int MaxReadsPerTurn = 16;

    private readonly Reactor _reactor;
    private readonly int _fd;
    private readonly ulong _key;
    private readonly ILinkHandler _handler;
    private byte[] _input = new byte[FirstCapacity];
    private int _start;
    private int _end;
    private bool _watchesOut;
    private bool _isClosed;
    private string _reason = "the other side ended";

    /// <param name="fd">A socket that does not block, connected or about to be; it is closed with the link.</param>
    /// <param name="key">The key of its events.</param>
    public SocketLink(Reactor reactor, int fd, ulong key, LinkOptions options, Func<Link, ILinkHandler> handler)
        : base(reactor, options)
    {
        _reactor = reactor;
        _fd = fd;
        _key = key;
        _handler = handler(this);
    }

    /// <summary>Begins to receive. On the reactor.</summary>
    public void Open()
    {
        if (!_reactor.Connections.Epoll.Add(_fd, Epoll.In | Epoll.PeerShutdown | Epoll.EdgeTriggered, _key))
        {
            End("the system cannot watch it");
            return;
        }

        OnEvents(Epoll.In | Epoll.Out);
    }

    /// <summary>Handles what happened to the socket.</summary>
    public void OnEvents(uint events)
    {
        try
        {
            if ((events & Epoll.Out) != 0)
            {
                Flush();
            }

            if ((events & ~Epoll.Out) != 0)
            {
                Receive();
            }
        }
        catch (Exception exception)
        {
            _reactor.Connections.State.Logger.LinkFailed(exception);
            End("an error of the server's own");
        }
    }

    /// <summary>Sends what waits, as much as the kernel takes. On the reactor.</summary>
    public void Flush()
    {
        if (_isClosed)
        {
            return;
        }

        for (var pending = Pending(); pending.Length > 0; pending = Pending())
        {
            var sent = Socket.Send(_fd, pending);
            if (sent > 0)
            {
                Sent(sent);
            }
            else if (Errno.Last is Errno.TryAgain)
            {
                Watch(alsoOut: true);
                return;
            }
            else if (Errno.Last is not Errno.Interrupted)
            {
                End("the other side is gone");
                return;
            }
        }
    }

    /// <summary>Does what another thread asked for: sends, or ends.</summary>
    bool IWork.Run(ref int budget)
    {
        if (HasEnded)
        {
            Close();
        }
        else
        {
            Flush();
        }

        return true;
    }

    /// <summary>Ends it because the node stops.</summary>
    public void Shut()
    {
        End("the node stops");
        Close();
    }

    /// <inheritdoc/>
    protected override void Wake() => _reactor.FlushLater(this);

    /// <inheritdoc/>
    protected override void OnEnding(string reason)
    {
        _reason = reason;
        _reactor.Post(this);
    }

    private void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _reactor.Remove(_key);
        Socket.Close(_fd);
        _handler.OnEnded(_reason);
    }

    private void Receive()
    {
        for (var reads = 0; !HasEnded; reads++)
        {
            if (reads == MaxReadsPerTurn)
            {
                // Told again, the kernel looks again.
                Watch(_watchesOut);
                return;
            }

            var room = _input.AsSpan(_end);
            var received = Socket.Receive(_fd, room);
            if (received > 0)
            {
                _end += received;
                Hear();
                if (received < room.Length)
                {
                    return;
                }
            }
            else if (received == 0)
            {
                End("the other side ended");
            }
            else if (Errno.Last is Errno.TryAgain)
            {
                return;
            }
            else if (Errno.Last is not Errno.Interrupted)
            {
                End("the other side is gone");
            }
        }
    }

    // Passes on every frame that has come whole, and makes room for the rest of the next.
    private void Hear()
    {
        var needed = 0;
        while (!HasEnded)
        {
            var status = FrameCutter.TryCut(
                _input.AsSpan(_start, _end - _start), MaxFrameBytes, out var frame, out needed);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            var wrong = status == OperationStatus.Done
                ? _handler.OnFrame(frame)
                : $"a frame has no length from 1 to {MaxFrameBytes}";
            if (wrong is not null)
            {
                End(wrong);
                return;
            }

            _start += needed;
        }

        MakeRoom(needed);
    }

    private void MakeRoom(int needed)
    {
        var left = _end - _start;
        if (left > 0 && _start == 0 && _end < _input.Length)
        {
            return;
        }

        var size = Math.Max(FirstCapacity, needed);
        var larger = size == _input.Length ? _input : new byte[size];
        _input.AsSpan(_start, left).CopyTo(larger);
        _input = larger;
        _start = 0;
        _end = left;
    }

    private void Watch(bool alsoOut)
    {
        _watchesOut = alsoOut;
        _reactor.Connections.Epoll.Modify(
            _fd, Epoll.In | (alsoOut ? Epoll.Out : 0) | Epoll.PeerShutdown | Epoll.EdgeTriggered, _key);
    }
}
