using System.Net;
using Halley.Channels;
using Halley.Engine.Native;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>
/// One accepted socket: reads requests, has a dialect answer them, and holds the answers that last. While it is parked
/// there is this object and nothing else of ours. Belongs to one reactor.
/// </summary>
/// <remarks>
/// The held answer stands in <see cref="Protocol.Answers.HeldAnswer"/>, and sending in <see cref="ConnectionOutput"/>.
/// Here is its life; receiving, answering and waiting stand in a file each.
/// </remarks>
internal sealed partial class Connection : ConnectionOutput, IExchange
{
    private ReceiveBuffer? _input;
    private ConnectionState _state;
    private RequestTraits _request;
    private ConnectionTraits _traits;

    public Connection(Listener listener, int fd)
        : base(listener, fd)
    {
        Key = listener.Host.Table.Add(this);
    }

    /// <inheritdoc/>
    public IDispatcher Dispatcher => Host.Dispatcher;

    /// <inheritdoc/>
    public Subscription Subscription => this;

    /// <inheritdoc/>
    public IPAddress RemoteAddress => Socket.RemoteAddress(Descriptor);

    /// <inheritdoc/>
    public TrustedProxies TrustedProxies => Options.TrustedProxies;

    /// <inheritdoc/>
    public bool IsAdmitted
    {
        get => Is(ConnectionTraits.IsAdmitted);
        set => Set(ConnectionTraits.IsAdmitted, value);
    }

    /// <inheritdoc/>
    protected override Framing Framing
    {
        get
        {
            if (IsWebSocket)
            {
                return Framing.WebSocket;
            }

            return IsHttp11 && !Is(RequestTraits.Raw) ? Framing.Chunked : Framing.None;
        }
    }

    /// <inheritdoc/>
    protected override bool IsDraining =>
        !IsAllSent && (_state == ConnectionState.Closing || (_state == ConnectionState.Reading && !AwaitsRest));

    private ConnectionHost Host => Listener.Host;

    private ListenerOptions Options =>
        Is(ConnectionTraits.IsPostponed) ? Host.Postponed[this].Options : Listener.Options;

    private bool IsHttp11 => Is(RequestTraits.Http11);

    private bool KeepsAlive
    {
        get => Is(RequestTraits.KeepsAlive);
        set => _request = value ? _request | RequestTraits.KeepsAlive : _request & ~RequestTraits.KeepsAlive;
    }

    private bool AwaitsRest
    {
        get => Is(ConnectionTraits.AwaitsRest);
        set => Set(ConnectionTraits.AwaitsRest, value);
    }

    private bool IsPaused
    {
        get => Is(ConnectionTraits.IsPaused);
        set => Set(ConnectionTraits.IsPaused, value);
    }

    private bool MustLinger
    {
        get => Is(ConnectionTraits.MustLinger);
        set => Set(ConnectionTraits.MustLinger, value);
    }

    /// <summary>Takes up a socket just accepted: its first bytes are usually there already.</summary>
    public void Open()
    {
        try
        {
            Receive(untilEnd: false);
            if (_state != ConnectionState.Closed
                && !Host.Epoll.Add(Descriptor, Epoll.In | Epoll.PeerShutdown | Epoll.EdgeTriggered, Key))
            {
                Close(CloseReason.InternalError);
            }

            if (_state == ConnectionState.Reading && !AwaitsRest)
            {
                SetTimer(Host.Options.KeepAliveTimeout);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Handles what happened to the socket.</summary>
    public void OnEvents(uint events)
    {
        try
        {
            if ((events & Epoll.Out) != 0 && !IsAllSent)
            {
                MarkDirty();
            }

            if (IsPaused && (events & (Epoll.HangUp | Epoll.Error)) != 0)
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
                if (!EndWhereTooSlow(now))
                {
                    OnHeldDue(now);
                }
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

    /// <summary>
    /// Ends it because the node stops. A held answer says so, as far as its transport has words for it and the kernel
    /// takes them at once.
    /// </summary>
    public void Shut()
    {
        try
        {
            if (IsHeld && !IsBackedUp && EndsWhole(CloseReason.Shutdown))
            {
                EndHeld(CloseReason.Shutdown);
                Flush();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        Close(CloseReason.Shutdown);
    }

    /// <inheritdoc/>
    public override void Close(CloseReason reason)
    {
        if (_state == ConnectionState.Closed)
        {
            return;
        }

        EndTrace(reason, UnsentBytes);
        if (Host.State.Incidents.AreWanted)
        {
            NoteEnd(reason);
        }

        _state = ConnectionState.Closed;
        ClearTimer();
        StopHolding();
        ForgetPostponed();
        GiveUpAwaited();
        ReturnOutput();
        if (!Is(ConnectionTraits.IsProcessing))
        {
            DropInput();
        }

        Host.Remove(this, reason);
        Socket.Close(Descriptor);
    }

    /// <inheritdoc/>
    protected override void Fail(Exception exception)
    {
        Host.State.Logger.Failed(exception);
        Host.Receiving.Inbox.Clear();
        Set(ConnectionTraits.IsProcessing, false);
        Close(CloseReason.InternalError);
        DropInput();
    }

    private bool Is(ConnectionTraits traits) => (_traits & traits) != 0;

    private bool Is(RequestTraits traits) => (_request & traits) != 0;

    private void Set(ConnectionTraits trait, bool value) => _traits = value ? _traits | trait : _traits & ~trait;

    private void SetTimer(TimeSpan delay) => Host.Clock.Schedule(this, delay);

    private void ClearTimer() => Host.Clock.Timers.Cancel(this);
}
