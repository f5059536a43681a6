using System.Net;
using Halley.Channels;
using Halley.Engine.Native;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Engine.Connections;

/// <summary>
/// One accepted socket: reads requests, lets a dialect answer them, and holds the answers that last. While it is parked there is this object and
/// nothing else of ours. Belongs to one reactor.
/// </summary>
/// <remarks>Its life is here; how it receives, answers, delivers and sends stands in a file each.</remarks>
internal sealed partial class Connection : Subscription, IExchange
{
    private readonly int _fd;

    private SendQueue? _output;
    private ReceiveBuffer? _input;
    private TransportFormat? _format;
    private int _heartbeat;
    private uint _lastSent;
    private uint _endsAt;

    private ConnectionState _state;
    private RequestTraits _request;
    private ConnectionTraits _traits;
    private bool _keepAlive;
    private bool _isDirty;
    private bool _awaitsRest;
    private bool _isPaused;
    private bool _mustLinger;

    public Connection(Listener listener, int fd)
    {
        Listener = listener;
        _fd = fd;
        Key = listener.Reactor.Connections.Add(this);
    }

    /// <summary>What its events carry; see <see cref="ConnectionTable"/>.</summary>
    public ulong Key { get; }

    /// <summary>The socket.</summary>
    public int Descriptor => _fd;

    /// <inheritdoc/>
    public IDispatcher Dispatcher => Reactor;

    /// <inheritdoc/>
    public Subscription Subscription => this;

    /// <inheritdoc/>
    public IPAddress RemoteAddress => Socket.RemoteAddress(_fd);

    /// <inheritdoc/>
    public TrustedProxies TrustedProxies => Listener.Options.TrustedProxies;

    /// <inheritdoc/>
    public bool IsAdmitted
    {
        get => Is(ConnectionTraits.IsAdmitted);
        set => _traits = value ? _traits | ConnectionTraits.IsAdmitted : _traits & ~ConnectionTraits.IsAdmitted;
    }

    /// <summary>Whether it has a place in any channel.</summary>
    public bool IsAttached => Channel is not null || (Is(ConnectionTraits.HasFurther) && Reactor.Further.IsAttached(this));

    private Reactor Reactor => Listener.Reactor;

    // Parked: a subscriber, with the head of its answer sent or not.
    private bool IsHeld => _state is ConnectionState.Held or ConnectionState.Waiting;

    private bool IsHttp11 => _request.HasFlag(RequestTraits.Http11);

    private Framing Framing =>
        IsWebSocket ? Framing.WebSocket : IsHttp11 && !_request.HasFlag(RequestTraits.Raw) ? Framing.Chunked : Framing.None;

    /// <summary>Where it was accepted.</summary>
    public Listener Listener { get; }

    /// <inheritdoc/>
    public IEnumerable<Channel> Channels =>
        (Is(ConnectionTraits.HasFurther) ? [this, .. Reactor.Further.Of(this)] : new Subscription[] { this }).Select(place => place.Channel).OfType<Channel>();

    /// <inheritdoc/>
    protected override bool IsOneOfSeveral => Is(ConnectionTraits.HasFurther) && Reactor.Further.IsAttached(this);

    /// <inheritdoc/>
    public Subscription AddSubscription()
    {
        _traits |= ConnectionTraits.HasFurther;
        return Reactor.Further.Add(this);
    }

    /// <summary>Takes up a socket just accepted: its first bytes are usually there already.</summary>
    public void Open()
    {
        try
        {
            Receive(untilEnd: false);
            if (_state != ConnectionState.Closed && !Reactor.Epoll.Add(_fd, Epoll.In | Epoll.PeerShutdown | Epoll.EdgeTriggered, Key))
            {
                Close(CloseReason.InternalError);
            }

            if (_state == ConnectionState.Reading && !_awaitsRest)
            {
                SetTimer(Reactor.Options.KeepAliveTimeout);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Something happened to the socket.</summary>
    public void OnEvents(uint events)
    {
        try
        {
            if ((events & Epoll.Out) != 0 && _output is not null)
            {
                MarkDirty();
            }

            if (_isPaused && (events & (Epoll.HangUp | Epoll.Error)) != 0)
            {
                Close(CloseReason.ClientGone);
            }
            else if ((events & ~Epoll.Out) != 0)
            {
                Receive(untilEnd: (events & ~(Epoll.In | Epoll.Out)) != 0);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
        try
        {
            if (IsHeld)
            {
                OnHeldDue(now);
            }
            else if (IsDraining)
            {
                OnDrainingDue(now);
            }
            else
            {
                Close(_state == ConnectionState.Lingering ? CloseReason.Done : CloseReason.TimedOut);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>The one way that a connection ends. A second call does nothing.</summary>
    public void Close(CloseReason reason)
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        _state = ConnectionState.Closed;
        ClearTimer();
        DetachAll();
        ForgetPostponed();
        GiveUpAwaited();
        ReturnOutput();
        if (!Is(ConnectionTraits.IsProcessing))
        {
            DropInput();
        }

        Reactor.Remove(this, reason);
        Socket.Close(_fd);
    }

    private void DetachAll()
    {
        Detach();
        if (Is(ConnectionTraits.HasFurther))
        {
            Reactor.Further.Detach(this);
            _traits &= ~ConnectionTraits.HasFurther;
        }
    }

    // What fails here is a bug of ours: this connection ends, and no other one notices.
    private void Fail(Exception exception)
    {
        Reactor.State.Logger.Failed(exception);
        Reactor.Inbox.Clear();
        _traits &= ~ConnectionTraits.IsProcessing;
        Close(CloseReason.InternalError);
        DropInput();
    }

    private bool Is(ConnectionTraits traits) => (_traits & traits) != 0;

    private void SetTimer(TimeSpan delay) => Reactor.Timers.Schedule(this, Reactor.Now + Reactor.ToTicks(delay));

    private void ClearTimer() => Reactor.Timers.Cancel(this);
}
