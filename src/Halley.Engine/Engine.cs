using System.Net;
using Halley.Engine.Links;
using Halley.Engine.Native;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Halley.Protocol.Http;
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
    private Drain? _drain;
    private uint _links;
    private bool _isStarted;
    private volatile bool _leavesFiles;

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

    /// <summary>Its subscribers, for operators.</summary>
    public IConnectedClients Clients => new EngineClients(_reactors, _state.HostNumber, _state.Watches);

    /// <summary>Recent refusals and slow consumers, for operators.</summary>
    public Incidents Incidents => _state.Incidents;

    /// <summary>The log of what is refused, for others who refuse.</summary>
    public IRefusalLog Refusals => _state.Refusals;

    /// <summary>The counts of each reactor. Any thread.</summary>
    public IEnumerable<ReactorState> ReactorStates => _reactors.Select(reactor => reactor.State);

    /// <summary>The open connections of each of <see cref="EndPoints"/>. Any thread.</summary>
    public IEnumerable<(EndPoint EndPoint, int Count)> ConnectionCounts => EndPoints.Select(
        (endPoint, place) => (endPoint, _reactors.Sum(reactor => reactor.ConnectionsOf(place))));

    /// <summary>
    /// The addresses that the engine listens on, in the order of its listeners: with the port that the kernel chose
    /// where 0 was asked for.
    /// </summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>The memory of requests and messages that have not come whole.</summary>
    internal long UnfinishedBytes => _state.Unfinished.Taken;

    /// <summary>Binds every listener and starts the reactors.</summary>
    /// <exception cref="ListenException">An address cannot be listened on; nothing runs then.</exception>
    /// <param name="handed">Sockets that listen already, of some listeners; null for none.</param>
    public void Start(HandedSockets? handed = null)
    {
        _leavesFiles = handed?.LeavesFiles == true;
        RequireFreeAddress(handed);
        try
        {
            EndPoints = [.. _listeners.Select((options, place) => Listen(options, place, handed))];
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

    /// <summary>
    /// Takes over other limits and handlers, each reactor between two requests; after the start. What is held stays as
    /// it is held, and a postponed request is handled by what it came to. Any thread.
    /// </summary>
    /// <param name="options">
    /// Reactors, backlog, buffers of sockets, keepalive and io_uring count from the start alone.
    /// </param>
    /// <param name="listeners">
    /// Those of the start in their order, with their addresses and all that is said of their sockets.
    /// </param>
    /// <returns>Completes when every reactor has.</returns>
    public Task Change(EngineOptions options, IReadOnlyList<ListenerOptions> listeners)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(listeners.Count, _listeners.Count);
        _state.Change(options);
        return Task.WhenAll(_reactors.Select(reactor =>
        {
            var change = new Change(reactor, listeners);
            reactor.Post(change);
            return change.Done;
        }));
    }

    /// <summary>The threads that handlers and links are called on.</summary>
    public IReadOnlyList<IDispatcher> Dispatchers => _reactors;

    /// <summary>
    /// Begins to end the connections, evenly over a time; once, after the start. New ones are taken only by listeners
    /// with the right to the reserve. Subscribers are told to come back; what was published, requests and their answers
    /// are still delivered, and every answer is its connection's last.
    /// </summary>
    /// <returns>Completes when nothing is under way; see <see cref="IsDrained"/>.</returns>
    public Task Drain(TimeSpan within)
    {
        _state.IsDraining = true;
        _drain = new Drain(_reactors, within, _state.Time);
        return _drain.Done;
    }

    /// <summary>
    /// Hands the sockets that it listens on to another process; see <see cref="HandedSockets.Receive"/>. This one
    /// listens, too, until it ends; files of Unix sockets are then left to that process. Any thread, after the start.
    /// </summary>
    /// <param name="socket">A connected Unix socket.</param>
    /// <param name="others">Sockets of this process that somebody else listens on, to be handed over with them.</param>
    public bool HandOver(int socket, IEnumerable<int> others)
    {
        // A port that processes of this server share is none that can be handed over by one of them.
        var listeners = _reactors.SelectMany(reactor => reactor.Listeners)
            .Where(listener => listener.Descriptor >= 0 && !listener.Options.SharesPort)
            .ToList();
        int[] all =
        [
            .. listeners.Where(listener => listener.EndPoint is not UnixEndPoint)
                .Concat(listeners.Where(listener => listener.EndPoint is UnixEndPoint).DistinctBy(
                    listener => listener.Place))
                .Select(listener => listener.Descriptor),
            .. others,
        ];
        foreach (var some in all.Chunk(Descriptors.MostAtOnce))
        {
            if (!Descriptors.TrySend(socket, some, mark: 1))
            {
                return false;
            }
        }

        var isHanded = Descriptors.TrySend(socket, [], mark: 0);
        _leavesFiles |= isHanded;
        return isHanded;
    }

    /// <summary>Whether it was drained and nothing is under way: what is open waits for a request.</summary>
    public bool IsDrained => _drain is { IsDone: true };

    /// <summary>Closes every connection and ends the reactors; returns when they have ended.</summary>
    public void Dispose()
    {
        _drain?.Dispose();
        _state.Watches.Dispose();
        foreach (var reactor in _reactors)
        {
            reactor.Stop();
        }

        foreach (var reactor in _reactors)
        {
            reactor.Dispose();
        }

        if (!_leavesFiles)
        {
            _files.ForEach(file => file.Remove());
        }

        _state.Refusals.Dispose();
    }

    private EndPoint Listen(ListenerOptions options, int place, HandedSockets? handed) =>
        options.EndPoint is UnixEndPoint path
            ? ListenByFile(path, place, options, handed?.Take(path) ?? [])
            : handed?.Take(options.EndPoint) is { Count: > 0 } sockets
            ? ListenOn(sockets, place, options)
            : ListenByPort(place, options);

    // One socket for all reactors: whoever is woken first accepts.
    private UnixEndPoint ListenByFile(
        UnixEndPoint endPoint, int place, ListenerOptions options, IReadOnlyList<int> handed)
    {
        var file = handed.Count > 0 ? UnixSocketFile.Adopt(endPoint, handed[0]) : UnixSocketFile.Bind(endPoint);
        foreach (var other in handed.Skip(1))
        {
            Socket.Close(other);
        }

        _files.Add(file);
        var isListening = Socket.Listen(file.Descriptor, _state.Options.ListenBacklog);
        for (var i = 0; i < _reactors.Length && isListening; i++)
        {
            var fd = i == 0 ? file.Descriptor : Socket.DuplicateOf(file.Descriptor);
            isListening = fd >= 0;
            if (isListening)
            {
                _reactors[i].Listen(fd, place, options);
            }
        }

        return isListening
            ? endPoint
            : throw new ListenException(endPoint, $"Cannot listen on {endPoint}: {Errno.Describe(Errno.Last)}.");
    }

    // Each has connections of its own that wait, so each is listened on, and by every reactor one at least.
    private IPEndPoint ListenOn(IReadOnlyList<int> sockets, int place, ListenerOptions options)
    {
        for (var i = 0; i < Math.Max(sockets.Count, _reactors.Length); i++)
        {
            var fd = i < sockets.Count ? sockets[i] : Socket.DuplicateOf(sockets[i % sockets.Count]);
            if (fd < 0 || !BeginToListen(fd, options))
            {
                throw Failure((IPEndPoint)options.EndPoint, Errno.Last);
            }

            _reactors[i % _reactors.Length].Listen(fd, place, options);
        }

        return (IPEndPoint)options.EndPoint;
    }

    // Asked of all before any is taken: 127.0.0.1:80 and 0.0.0.0:80 may both be ours, and the kernel gives each
    // connection to the closer one.
    private void RequireFreeAddress(HandedSockets? handed)
    {
        for (var place = 0; place < _listeners.Count; place++)
        {
            var options = _listeners[place];
            if (options.EndPoint is not IPEndPoint { Port: > 0 } endPoint || options.SharesPort)
            {
                continue;
            }

            if (handed?.Have(endPoint) != true)
            {
                _ = FindFree(endPoint, options.IsIPv6Only);
            }

            if (_listeners.Take(place).Any(other => other.EndPoint.Equals(endPoint)))
            {
                throw new ListenException(
                    endPoint, $"Cannot listen on {endPoint} twice. Leave one of the two, or give it another port.");
            }
        }
    }

    private IPEndPoint ListenByPort(int place, ListenerOptions options)
    {
        var wanted = (IPEndPoint)options.EndPoint;
        var endPoint = wanted.Port > 0 || options.SharesPort ? wanted : FindFree(wanted, options.IsIPv6Only);
        foreach (var reactor in _reactors)
        {
            var fd = Bind(endPoint, sharesPort: true, options.IsIPv6Only);
            if (!BeginToListen(fd, options))
            {
                var errno = Errno.Last;
                Socket.Close(fd);
                throw Failure(endPoint, errno);
            }

            reactor.Listen(fd, place, options);
        }

        return endPoint;
    }

    private bool BeginToListen(int fd, ListenerOptions options) => Socket.Listen(
        fd,
        _state.Options.ListenBacklog,
        _state.Options.SendBufferBytes,
        DeadAfter,
        _state.ProbeAfter(options));

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
