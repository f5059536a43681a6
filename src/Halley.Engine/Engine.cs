using System.Net;
using Halley.Engine.Links;
using Halley.Engine.Native;
using Halley.Protocol.Links;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>
/// All reactors of this process, and their listeners. To be started once and disposed of once, by one thread.
/// </summary>
public sealed class Engine : IDisposable
{
    // Two heartbeats: a client that has acknowledged nothing, or taken nothing of what was sent, for so long is gone.
    internal static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(60);

    private readonly EngineState _state;
    private readonly IReadOnlyList<ListenerOptions> _listeners;
    private readonly Reactor[] _reactors;
    private readonly List<UnixSocketFile> _files = [];
    private uint _links;
    private bool _isStarted;

    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    public Engine(
        EngineOptions options, IReadOnlyList<ListenerOptions> listeners, TimeProvider time, ILogger<Engine> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Reactors, 1);
        _listeners = listeners;
        _state = new EngineState(options, time, logger);
        _reactors = [.. Enumerable.Range(0, options.Reactors).Select(number => new Reactor(number, _state))];
    }

    /// <summary>The limit of this process's descriptors, which no number of connections can reach.</summary>
    public static int MaxDescriptors => EngineState.MaxDescriptors();

    /// <summary>The number of connections.</summary>
    public int ConnectionCount => _state.ConnectionCount;

    /// <summary>
    /// The addresses that the engine listens on, in the order of its listeners: with the port that the kernel chose
    /// where 0 was asked for.
    /// </summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>The memory of requests and messages that have not come whole.</summary>
    internal long UnfinishedBytes => _state.Unfinished.Taken;

    /// <summary>Binds every listener and starts the reactors.</summary>
    /// <exception cref="ListenException">An address cannot be listened on; nothing runs then.</exception>
    public void Start()
    {
        RequireFreeAddress();
        try
        {
            EndPoints = [.. _listeners.Select(Listen)];
        }
        catch
        {
            _files.ForEach(file => file.Remove());
            throw;
        }

        if (_state.IoUringError is { } why)
        {
            _state.Logger.NoIoUring(why);
        }

        _isStarted = true;
        foreach (var reactor in _reactors)
        {
            reactor.Start();
        }
    }

    /// <summary>
    /// Opens a link to another process of this server, on one of the reactors. Any thread, before or after the start.
    /// </summary>
    /// <param name="fd">
    /// A connected socket that does not block, such as one of <see cref="LinkSocket.OpenPair"/>; it is closed with the
    /// link.
    /// </param>
    /// <param name="handler">
    /// Creates the link's handler; called on its reactor, or at once where that does not run yet.
    /// </param>
    public void OpenLink(int fd, LinkOptions options, Func<Link, ILinkHandler> handler)
    {
        var reactor = _reactors[(int)(Interlocked.Increment(ref _links) % (uint)_reactors.Length)];
        var opening = new LinkOpening(reactor, fd, options, handler);
        if (!_isStarted)
        {
            // Before a client that needs it can connect.
            opening.Open();
            return;
        }

        reactor.Post(opening);
    }

    /// <summary>The threads that handlers and links are called on.</summary>
    public IReadOnlyList<IDispatcher> Dispatchers => _reactors;

    /// <summary>Closes every connection and ends the reactors; returns when they have ended.</summary>
    public void Dispose()
    {
        foreach (var reactor in _reactors)
        {
            reactor.Stop();
        }

        foreach (var reactor in _reactors)
        {
            reactor.Dispose();
        }

        _files.ForEach(file => file.Remove());
    }

    private EndPoint Listen(ListenerOptions options) =>
        options.EndPoint is UnixEndPoint path ? ListenByFile(path, options) : ListenByPort(options);

    // One socket for all reactors: whoever is woken first accepts.
    private UnixEndPoint ListenByFile(UnixEndPoint endPoint, ListenerOptions options)
    {
        var file = UnixSocketFile.Bind(endPoint);
        _files.Add(file);
        var isListening = Socket.Listen(file.Descriptor, _state.Options.ListenBacklog);
        for (var i = 0; i < _reactors.Length && isListening; i++)
        {
            var fd = i == 0 ? file.Descriptor : Socket.DuplicateOf(file.Descriptor);
            isListening = fd >= 0;
            if (isListening)
            {
                _reactors[i].Listen(fd, options);
            }
        }

        return isListening
            ? endPoint
            : throw new ListenException(endPoint, $"Cannot listen on {endPoint}: {Errno.Describe(Errno.Last)}.");
    }

    // Asked of all before any is taken: 127.0.0.1:80 and 0.0.0.0:80 may both be ours, and the kernel gives each
    // connection to the closer one.
    private void RequireFreeAddress()
    {
        for (var place = 0; place < _listeners.Count; place++)
        {
            var options = _listeners[place];
            if (options.EndPoint is not IPEndPoint { Port: > 0 } endPoint || options.SharesPort)
            {
                continue;
            }

            _ = FindFree(endPoint, options.IsIPv6Only);
            if (_listeners.Take(place).Any(other => other.EndPoint.Equals(endPoint)))
            {
                throw new ListenException(
                    endPoint, $"Cannot listen on {endPoint} twice. Leave one of the two, or give it another port.");
            }
        }
    }

    private IPEndPoint ListenByPort(ListenerOptions options)
    {
        var wanted = (IPEndPoint)options.EndPoint;
        var endPoint = wanted.Port > 0 || options.SharesPort ? wanted : FindFree(wanted, options.IsIPv6Only);
        foreach (var reactor in _reactors)
        {
            var fd = Bind(endPoint, sharesPort: true, options.IsIPv6Only);
            if (!Socket.Listen(
                fd,
                _state.Options.ListenBacklog,
                _state.Options.SendBufferBytes,
                DeadAfter,
                _state.ProbeAfter(options)))
            {
                var errno = Errno.Last;
                Socket.Close(fd);
                throw Failure(endPoint, errno);
            }

            reactor.Listen(fd, options);
        }

        return endPoint;
    }

    // The reactors share the port, and so could another server, unnoticed. A first socket that shares with nobody finds
    // that out, and the port, where any will do.
    internal static IPEndPoint FindFree(IPEndPoint endPoint, bool isIPv6Only = false)
    {
        var fd = Bind(endPoint, sharesPort: false, isIPv6Only);
        var found = Socket.LocalEndPoint(fd);
        Socket.Close(fd);
        return found;
    }

    internal static int Bind(IPEndPoint endPoint, bool sharesPort, bool isIPv6Only = false)
    {
        var fd = Socket.OpenAndBind(endPoint, sharesPort, isIPv6Only);
        return fd >= 0 ? fd : throw Failure(endPoint, Errno.Last);
    }

    private static ListenException Failure(IPEndPoint endPoint, int errno) => new(endPoint, errno switch
    {
        Errno.AddressInUse =>
            $"Cannot listen on {endPoint}: another program uses this port. Stop it, or choose another port.",
        Errno.AccessDenied =>
            $"Cannot listen on {endPoint}: no right to this port. Ports below 1024 need root or CAP_NET_BIND_SERVICE.",
        Errno.AddressNotAvailable =>
            $"Cannot listen on {endPoint}: this machine has no such address. 0.0.0.0 takes all that it has.",
        _ => $"Cannot listen on {endPoint}: {Errno.Describe(errno)}.",
    });
}
