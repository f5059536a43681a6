using System.Net;
using Halley.Engine.Connections;
using Halley.Engine.Native;
using Halley.Time;

namespace Halley.Engine;

/// <summary>
/// A socket that accepts, one for each reactor and address: the kernel spreads new connections over those of one port.
/// When nothing can be accepted it stops listening for a moment, so that the kernel does not report the same waiting
/// connection over and over; where other processes listen on the same port, it leaves the port to them until there is
/// room again.
/// </summary>
internal sealed class Listener : TimerNode
{
    // Between two batches everybody else has a turn.
    private const int BatchSize = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // -1 while the port is left to others, and at the end.
    private int _fd;
    private bool _isAtEnd;
    private int _open;
    private readonly ulong _key;

    /// <param name="fd">A socket that listens; it is closed with the listener.</param>
    /// <param name="place">Its place among the listeners of the engine.</param>
    /// <param name="key">The key of its events.</param>
    public Listener(ConnectionHost host, int fd, int place, ulong key, ListenerOptions options)
    {
        Place = place;
        Host = host;
        _fd = fd;
        _key = key;
        Options = options;
        EndPoint = options.EndPoint is UnixEndPoint ? options.EndPoint : Socket.LocalEndPoint(fd);
    }

    /// <summary>The connections that it adds to.</summary>
    public ConnectionHost Host { get; }

    /// <summary>Its place among the listeners of the engine; several sockets may have the same.</summary>
    public int Place { get; }

    /// <summary>The socket; -1 where it does not accept. Any thread.</summary>
    public int Descriptor => Volatile.Read(ref _fd);

    /// <summary>The options for requests that come in from now on.</summary>
    public ListenerOptions Options { get; private set; }

    public EndPoint EndPoint { get; }

    /// <summary>The number of its connections that are open. Any thread; may be a moment behind.</summary>
    public int ConnectionCount => Volatile.Read(ref _open);

    /// <summary>Begins to accept.</summary>
    public void Open() => Host.Epoll.Add(_fd, Epoll.In, _key);

    /// <summary>Takes over another handler and other limits of requests. On its reactor.</summary>
    public void Change(ListenerOptions options) => Options = options;

    /// <summary>Accepts a batch of the connections that wait.</summary>
    public void Accept()
    {
        for (var i = 0; i < BatchSize && _fd >= 0; i++)
        {
            if (Host.State.IsFullFor(Options))
            {
                if (Options.SharesPort)
                {
                    LeavePort();
                    return;
                }

                Rest();
                if (Host.State.MayWarn())
                {
                    Host.State.Logger.Full(EndPoint);
                }

                return;
            }

            var fd = Socket.Accept(_fd);
            if (fd >= 0)
            {
                TakeUp(fd);
            }
            else if (Errno.Last is var errno and not Errno.Interrupted)
            {
                OnError(errno);
                return;
            }
        }
    }

    /// <summary>Counts one connection less.</summary>
    public void Closed() => _open--;

    public void Close()
    {
        if (_fd >= 0)
        {
            Socket.Close(_fd);
        }
    }

    /// <summary>Accepts what waits, and nothing any more.</summary>
    public void StopAccepting()
    {
        _isAtEnd = true;
        Host.Clock.Timers.Cancel(this);
        if (_fd < 0)
        {
            return;
        }

        while (!Host.State.IsFullFor(Options) && Socket.Accept(_fd) is var fd and >= 0)
        {
            TakeUp(fd);
        }

        // Closed alone, one of a Unix socket would still be reported: other reactors have it open, too.
        Host.Epoll.Modify(_fd, 0, _key);
        Socket.Close(_fd);
        _fd = -1;
    }

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
        if (_isAtEnd)
        {
            return;
        }

        if (_fd >= 0)
        {
            Host.Epoll.Modify(_fd, Epoll.In, _key);
        }
        else if (!Host.State.HasRoomFor(Options) || !TryTakePort())
        {
            Schedule();
        }
    }

    private void OnError(int errno)
    {
        // Out of something: waiting helps. Anything else concerns the one connection that is gone already.
        if (errno is Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted
            or Errno.NoBufferSpace or Errno.OutOfMemory)
        {
            Rest();
            if (Host.State.MayWarn())
            {
                Host.State.Logger.AcceptFailed(EndPoint, Errno.Describe(errno));
            }
        }
    }

    private void TakeUp(int fd)
    {
        if (EndPoint is UnixEndPoint)
        {
            // Accepted TCP sockets inherit this and the rest.
            Socket.SetSendBuffer(fd, Host.Options.SendBufferBytes);
        }

        if (Host.Doorkeeper.Admits(this, fd, out var client))
        {
            Host.State.Opened(Options);
            _open++;
            var connection = new Connection(this, fd);
            Host.Doorkeeper.Entered(connection, client);
            connection.Open();
        }
    }

    private void Rest()
    {
        Host.Epoll.Modify(_fd, 0, _key);
        Schedule();
    }

    // A connection that the kernel has given to this process would wait here, while others have room. Those given
    // already are taken, at the cost of the reserve; one that comes between the last of them and the end is reset, and
    // its client tries again.
    private void LeavePort()
    {
        while (!Host.State.IsExhausted && Socket.Accept(_fd) is var fd and >= 0)
        {
            TakeUp(fd);
        }

        Socket.Close(_fd);
        _fd = -1;
        Schedule();
        if (Host.State.MayWarn())
        {
            Host.State.Logger.PortLeft(EndPoint);
        }
    }

    private bool TryTakePort()
    {
        var fd = Socket.OpenAndBind((IPEndPoint)EndPoint, sharesPort: true, Options.IsIPv6Only);
        if (fd < 0)
        {
            return false;
        }

        if (!Socket.Listen(
            fd,
            Host.Options.ListenBacklog,
            Host.Options.SendBufferBytes,
            Engine.DeadAfter,
            Host.State.ProbeAfter(Options)))
        {
            Socket.Close(fd);
            return false;
        }

        _fd = fd;
        Open();
        return true;
    }

    private void Schedule() => Host.Clock.Schedule(this, Pause);
}
