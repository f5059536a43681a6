using System.Net;
using System.Net.Sockets;
using System.Text;
using Halley.AspNetCore.Hosting;
using Halley.Engine;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Halley.Server.Tls;

/// <summary>One address that is served with TLS: a Kestrel of its own, with its own limits of requests.</summary>
internal sealed class TlsListener : IDisposable
{
    private ListenerOptions _options;
    private readonly HalleyOptions _limits;
    private readonly Certificates _certificates;
    private readonly Exchanges _exchanges;
    private readonly AddressShares _connections;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TlsApplication _application;
    private readonly KestrelServices _services;
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Socket> _sockets = [];
    private int _count;
    private int _newcomers;
    private bool _isClosed;
    private long _lastWarning;

    /// <param name="handed">Sockets that listen already, its own among them perhaps; null for none.</param>
    /// <exception cref="ListenException">It cannot be listened on.</exception>
    public TlsListener(
        ListenerOptions options,
        Certificates certificates,
        HalleyOptions limits,
        Exchanges exchanges,
        AddressShares connections,
        AddressShares requests,
        HandedSockets? handed,
        TimeProvider time,
        ILogger logger)
    {
        (_options, _limits, _certificates, _exchanges, _connections, _time, _logger) =
            (options, limits, certificates, exchanges, connections, time, logger);
        _services = new KestrelServices(logger, time);

        EndPoint = (IPEndPoint)options.EndPoint;
        var taken = handed?.Take(EndPoint) ?? [];
        if (taken.Count == 0)
        {
            // Says at once, and in words, where it cannot be had.
            using var hold = new PortHold(EndPoint, options.IsIPv6Only);
            EndPoint = hold.EndPoint;
        }

        _application = new TlsApplication(
            options, exchanges, OfEach(options), requests, TimeSpan.FromSeconds(limits.Engine.RequestTimeout));
        var transport = new SocketTransportOptions
        {
            Backlog = limits.Engine.ListenBacklog,
            CreateBoundListenSocket = Bind,
        };
        _server = new KestrelServer(
            Options.Create(ServerOptions(taken)),
            new SocketTransportFactory(Options.Create(transport), _services),
            _services);
    }

    /// <summary>The address, with the port that the kernel chose where 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The sockets that it listens on, to be handed over; none once it takes no new connections.</summary>
    public IEnumerable<int> Descriptors =>
        !_isClosed ? _sockets.Select(socket => (int)socket.Handle) : [];

    /// <summary>The number of connections.</summary>
    public int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>The number of connections on which nothing was asked yet.</summary>
    public int NewcomerCount => Volatile.Read(ref _newcomers);

    /// <summary>Has requests that come from now on be handled by other options; sockets stay. Any thread.</summary>
    public void Change(ListenerOptions options)
    {
        Volatile.Write(ref _options, options);
        _application.Change(options, OfEach(options));
    }

    /// <exception cref="ListenException">It cannot be listened on.</exception>
    public void Start()
    {
        try
        {
            _server.StartAsync(_application, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            throw new ListenException(EndPoint, $"Cannot listen on {EndPoint}: {refused.Message}.");
        }
    }

    /// <summary>Takes no new connections; what is asked on the others is answered.</summary>
    public void StopAccepting()
    {
        _isClosed = true;
        _sockets.ForEach(socket => socket.Dispose());
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        StopAccepting();
        _end.Cancel();
        _server.StopAsync(_end.Token).GetAwaiter().GetResult();
        _server.Dispose();
        _end.Dispose();
    }

    private ExchangeOptions OfEach(ListenerOptions options) => new(_limits.Engine.MaxQueuedBytes)
    {
        MaxMessageBytes = options.MaxRequestBodyBytes,
        MessageTimeout = TimeSpan.FromSeconds(_limits.Engine.RequestTimeout),
        TrustedProxies = options.TrustedProxies,
        AnswersOrigins = true,
        Listener = EndPoint,
    };

    private KestrelServerOptions ServerOptions(IReadOnlyList<int> taken)
    {
        var engine = _limits.Engine;
        var timeout = TimeSpan.FromSeconds(engine.RequestTimeout);
        var options = new KestrelServerOptions
        {
            ApplicationServices = _services,
            AddServerHeader = false,

            // Every byte is what it was, as on other listeners.
            RequestHeaderEncodingSelector = _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = _ => Encoding.Latin1,
        };
        var limits = options.Limits;
        limits.MaxRequestLineSize = _options.MaxRequestHeadBytes;
        limits.MaxRequestHeadersTotalSize = _options.MaxRequestHeadBytes;
        limits.MaxRequestBufferSize = Math.Max(_options.MaxRequestHeadBytes, limits.MaxRequestBufferSize ?? 0);
        limits.RequestHeadersTimeout = timeout;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(engine.KeepAliveTimeout);

        // Bodies are measured and timed where they are read.
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = new MinDataRate(
            Math.Max(1, engine.MinSendRate), timeout > TenSeconds ? timeout : TenSeconds);
        limits.Http2.MaxStreamsPerConnection = _limits.Tls.MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = _options.MaxRequestHeadBytes;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        if (Silence > TimeSpan.Zero)
        {
            limits.Http2.KeepAlivePingDelay = Silence;
            limits.Http2.KeepAlivePingTimeout = DeadAfter;
        }

        if (taken.Count == 0)
        {
            options.Listen(EndPoint, Serve);
        }

        // Each has connections of its own that wait, so each is listened on.
        foreach (var descriptor in taken)
        {
            options.ListenHandle((ulong)descriptor, Serve);
        }

        return options;

        void Serve(ListenOptions listen) => listen.Use(next => connection => TakeAsync(connection, next));
    }

    // Bytes of a body that a client may send ahead.
    private const int StreamWindow = 128 << 10;
    private const int ConnectionWindow = 256 << 10;

    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    // As on other listeners: two heartbeats.
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(60);

    private TimeSpan Silence => _options.TcpKeepAlive ?? TimeSpan.FromSeconds(_limits.Engine.TcpKeepAlive);

    private async Task TakeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!_connections.TryTake(address, _options.TrustedProxies, out var share))
        {
            Warn(address);
            connection.Abort();
            return;
        }

        Interlocked.Increment(ref _count);
        Interlocked.Increment(ref _newcomers);
        var newcomer = new Newcomer(() => Interlocked.Decrement(ref _newcomers));
        connection.Features.Set(newcomer);
        try
        {
            var patience = TimeSpan.FromSeconds(_limits.Tls.HandshakeTimeout);
            if (await PlainHttp.IsHandshakeAsync(
                connection, patience, error => _exchanges.Note(error, EndPoint, address)).ConfigureAwait(false))
            {
                await TlsConnection.ServeAsync(connection, next, _certificates, patience).ConfigureAwait(false);
            }
        }
        finally
        {
            newcomer.Done();
            Interlocked.Decrement(ref _count);
            _connections.GiveBack(share);
        }
    }

    // A line in ten seconds.
    private void Warn(IPAddress address)
    {
        if (_exchanges.Incidents is { AreWanted: true } incidents)
        {
            incidents.Note("turned_away", 0, $"{address}", $"{EndPoint}", "", []);
        }

        var now = _time.GetTimestamp();
        var last = Interlocked.Read(ref _lastWarning);
        if ((last == 0 || _time.GetElapsedTime(last, now) >= TenSeconds)
            && Interlocked.CompareExchange(ref _lastWarning, now, last) == last)
        {
            _logger.TlsTurnedAway(address, EndPoint);
        }
    }

    private Socket Bind(EndPoint endPoint)
    {
        Socket socket;
        if (endPoint is FileHandleEndPoint handed)
        {
            socket = new Socket(new SafeSocketHandle((nint)handed.FileHandle, ownsHandle: true));
            Set(socket);
        }
        else
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = !_options.IsIPv6Only;
            }

            Set(socket);
            socket.Bind(endPoint);
        }

        _sockets.Add(socket);
        return socket;
    }

    // What is set here, accepted sockets inherit.
    private void Set(Socket socket)
    {
        const int LevelTcp = 6;
        const int UserTimeout = 18;
        socket.SendBufferSize = _limits.Engine.SendBufferBytes;
        socket.SetRawSocketOption(LevelTcp, UserTimeout, BitConverter.GetBytes((int)DeadAfter.TotalMilliseconds));
        if (Silence > TimeSpan.Zero)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(
                SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Silence.TotalSeconds);
            socket.SetSocketOption(
                SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)DeadAfter.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 1);
        }
    }
}
