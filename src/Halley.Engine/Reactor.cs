using Halley.Engine.Connections;
using Halley.Engine.Links;
using Halley.Engine.Native;
using Halley.Protocol.Transports;
using Halley.Time;

namespace Halley.Engine;

/// <summary>
/// One thread and one epoll, and all that lives on them. A turn has five stations: wait for events, handle them (and before them, read on what clients
/// have sent too much of), do a slice of the work that was posted, call the timers that are due, send what has been written. What a piece of work wrote is
/// sent right after it.
/// </summary>
internal sealed class Reactor : IDispatcher, IDisposable
{
    /// <summary>As many bytes as <see cref="Inbox"/> holds, always.</summary>
    public const int InboxBytes = 64 * 1024;

    /// <summary>The grain of every timeout.</summary>
    public static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(100);

    // 51 seconds a turn: heartbeats and request timeouts lie within one.
    private const int WheelSlots = 512;

    // Some 10 ms of sending; then new connections and requests have their turn. After each piece of work what it wrote is sent, while the
    // processor still has those connections at hand.
    private const int StepsPerTurn = 2048;
    private const int StepsPerWork = 512;

    // Milliseconds, where nothing is left but messages that clients have sent too much of: a reactor that others wait for, on a core it shares, has its turn.
    private const int TimeToLetOthers = 1;

    private const int StagingBytes = 64 * 1024;

    // For fewer, a call each costs no more.
    private const int MinBatch = 4;

    // Keys with all ones in the upper half are not connections.
    private const ulong OwnKeys = 0xFFFF_FFFF_0000_0000;
    private const ulong WakeKey = ulong.MaxValue;
    private const uint LinkKeys = 0x4000_0000;

    [ThreadStatic]
    private static Reactor? Current;

    private readonly int _number;
    private readonly Thread _thread;
    private readonly EventFd _wakeUp = new();
    private readonly Mailbox _mailbox = new();
    private readonly Queue<IWork> _work = new();
    private readonly List<Listener> _listeners = [];
    private readonly List<Reactor> _toWake = [];
    private readonly Dictionary<ulong, SocketLink> _links = [];
    private readonly List<SocketLink> _linksToFlush = [];
    private List<Connection> _toFlush = [];
    private List<Connection> _flushing = [];
    private readonly SendBatch? _batch;
    private readonly long _started;
    private readonly DateField _date;
    private uint _lastLink;

    // Timers are left that are due already.
    private bool _areTimersLate;

    // 1 while it waits, or is about to, and must be woken to notice what is posted.
    private int _isAsleep;
    private volatile bool _isStopping;

    public Reactor(int number, EngineState state)
    {
        _number = number;
        State = state;
        _date = new DateField(state.Time);
        _batch = state.Options.IoUring == IoUringUse.Off ? null : SendBatch.TryOpen();
        Timers = new TimerWheel(WheelSlots);
        Inbox = new ReceiveBuffer(InboxBytes, state.Unfinished);
        Readers = new MessageReaders(state.Unfinished);
        Doorkeeper = new Doorkeeper(this);
        Queues = new SendQueuePool(state.Options.MaxUnsharedBytes / state.Options.Reactors);
        _started = state.Time.GetTimestamp();
        _thread = new Thread(Run) { Name = $"halley reactor {number}", IsBackground = true };
    }

    public EngineState State { get; }

    public EngineOptions Options => State.Options;

    public Epoll Epoll { get; } = new();

    public TimerWheel Timers { get; }

    /// <summary>The tick that this turn counts as now.</summary>
    public uint Now { get; private set; }

    public ConnectionTable Connections { get; } = new();

    /// <summary>Who may connect.</summary>
    public Doorkeeper Doorkeeper { get; }

    public SendQueuePool Queues { get; }

    public FurtherPlaces Further { get; } = new();

    /// <summary>What the requests wait for that are postponed, of those connections that have one.</summary>
    public Dictionary<Connection, PostponedRequest> Postponed { get; } = [];

    /// <summary>What answers wait for that come later, of those connections whose client's going ends the wait.</summary>
    public Dictionary<Connection, AwaitedAnswer> Awaited { get; } = [];

    /// <summary>The wire forms of the message that is being delivered.</summary>
    public EncodedMessages Encoded { get; } = new();

    /// <summary>Where bytes are received that belong to nobody yet. Empty between two connections.</summary>
    public ReceiveBuffer Inbox { get; }

    public MessageReaders Readers { get; }

    /// <summary>What may be done of the messages that clients send.</summary>
    public MessageWork MessageWork { get; } = new();

    /// <summary>Where small pieces are put together before they are sent.</summary>
    public byte[] Staging { get; } = new byte[StagingBytes];

    /// <summary>The Date field, with its line end.</summary>
    public ReadOnlySpan<byte> Date => _date.At(Now);

    /// <summary>Adds a socket that listens, before the reactor runs.</summary>
    public Listener Listen(int fd, ListenerOptions options)
    {
        var listener = new Listener(this, fd, OwnKeys | (uint)_listeners.Count, options);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Takes up a link, before the reactor runs or on it.</summary>
    public void Open(Func<ulong, SocketLink> link)
    {
        var key = OwnKeys | LinkKeys | _lastLink++;
        var opened = link(key);
        _links[key] = opened;
        opened.Open();
    }

    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Post(IWork work)
    {
        _mailbox.Post(work);
        if (Current != this && Interlocked.Exchange(ref _isAsleep, 0) == 1)
        {
            if (Current is { } poster)
            {
                // At the end of its turn: one call then wakes us for all that it posts.
                poster._toWake.Add(this);
            }
            else
            {
                _wakeUp.Signal();
            }
        }
    }

    public uint ToTicks(TimeSpan time) => (uint)Math.Max(1, time / TickLength);

    /// <summary>Lets a connection send after this piece of work, or at the end of the turn; where that is under way, the next time.</summary>
    public void FlushLater(Connection connection) => _toFlush.Add(connection);

    /// <summary>Lets a link send, with what else is sent after this piece of work. Any thread.</summary>
    public void FlushLater(SocketLink link)
    {
        if (Current == this)
        {
            _linksToFlush.Add(link);
        }
        else
        {
            Post(link);
        }
    }

    public void Remove(ulong link) => _links.Remove(link);

    /// <summary>Lets those links and connections send that have written something.</summary>
    public void Flush()
    {
        // First, so that what is said to another process is there before a client can act on what it is told. A link may wake another.
        for (var i = 0; i < _linksToFlush.Count; i++)
        {
            _linksToFlush[i].Flush();
        }

        _linksToFlush.Clear();

        // Whatever a connection writes when it has sent is for the next turn: nobody sends for ever.
        (_toFlush, _flushing) = (_flushing, _toFlush);
        if (_batch is not null && _flushing.Count >= MinBatch)
        {
            _batch.Flush(_flushing);
        }
        else
        {
            foreach (var connection in _flushing)
            {
                connection.Flush();
            }
        }

        _flushing.Clear();
    }

    public void Remove(Connection connection, CloseReason reason)
    {
        Connections.Remove(connection);
        State.Closed(connection.Listener.Options);
        Doorkeeper.Left(connection);
        State.Logger.ConnectionEnded(connection.Listener.EndPoint, reason);
    }

    /// <summary>Ends the reactor, and returns when it has ended. It can still be posted to and woken, to no effect.</summary>
    public void Stop()
    {
        _isStopping = true;
        _wakeUp.Signal();
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _thread.Join();
        }
    }

    /// <summary>Closes all its connections and descriptors, after every reactor of the engine has stopped: until then any of them may wake it.</summary>
    public void Dispose()
    {
        foreach (var listener in _listeners)
        {
            listener.Close();
        }

        foreach (var connection in Connections.All().ToList())
        {
            connection.Shut();
        }

        foreach (var link in _links.Values.ToList())
        {
            link.Shut();
        }

        Inbox.Dispose();
        Readers.Dispose();
        _batch?.Dispose();
        Epoll.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        Current = this;
        try
        {
            Epoll.Add(_wakeUp.Descriptor, Epoll.In | Epoll.EdgeTriggered, WakeKey);
            foreach (var listener in _listeners)
            {
                listener.Open();
                State.Logger.Listening(_number, listener.EndPoint);
            }

            while (!_isStopping)
            {
                Turn();
            }
        }
        catch (Exception exception)
        {
            // What a single connection does wrong does not come this far. Half a server would be worse than none: whoever supervises it starts it again.
            State.Logger.ReactorFailed(exception, _number);
            throw;
        }
    }

    private void Turn()
    {
        var events = Epoll.Wait(TimeToWait());
        _isAsleep = 0;
        Now = (uint)(State.Time.GetElapsedTime(_started) / TickLength);
        MessageWork.BeginTurn();
        for (var i = 0; i < events; i++)
        {
            OnEvent(Epoll.DataAt(i), Epoll.EventsAt(i));
        }

        // Before sending, which may take long.
        WakeOthers();
        _mailbox.MoveTo(_work);
        DoWork();
        CallTimers();
        WakeOthers();
    }

    // In milliseconds; -1 is for ever. Says that it sleeps before it looks for the last time whether there is anything to do.
    private int TimeToWait()
    {
        if (_work.Count > 0 || _toFlush.Count > 0 || _linksToFlush.Count > 0 || _areTimersLate)
        {
            return 0;
        }

        Interlocked.Exchange(ref _isAsleep, 1);
        if (!_mailbox.IsEmpty)
        {
            return 0;
        }

        if (MessageWork.IsWaitedFor)
        {
            return TimeToLetOthers;
        }

        return Connections.Count == 0 && Timers.Count == 0 ? -1 : (int)TickLength.TotalMilliseconds;
    }

    private void OnEvent(ulong key, uint events)
    {
        if (key < OwnKeys)
        {
            Connections.Find(key)?.OnEvents(events);
        }
        else if (key == WakeKey)
        {
            // Woken; that was all.
        }
        else if (((uint)key & LinkKeys) != 0)
        {
            _links.GetValueOrDefault(key)?.OnEvents(events);
        }
        else
        {
            _listeners[(int)(uint)key].Accept();
        }
    }

    private void DoWork()
    {
        for (var budget = StepsPerTurn; budget > 0 && _work.TryDequeue(out var work);)
        {
            var steps = Math.Min(budget, StepsPerWork);
            budget -= steps;
            try
            {
                if (!work.Run(ref steps))
                {
                    _work.Enqueue(work);
                }
            }
            catch (Exception exception)
            {
                State.Logger.Failed(exception);
            }

            budget += steps;
            Flush();
        }

        Further.TellInOrder();
        Flush();
        if (_work.Count == 0)
        {
            Encoded.Rest();
        }
    }

    // Slice by slice too: those who came together have their heartbeats together. What was written at any station is sent here at the latest.
    private void CallTimers()
    {
        _areTimersLate = true;
        for (var steps = 0; _areTimersLate && steps < StepsPerTurn; steps += StepsPerWork)
        {
            _areTimersLate = !Timers.AdvanceTo(Now, StepsPerWork);
            Flush();
        }
    }

    private void WakeOthers()
    {
        foreach (var reactor in _toWake)
        {
            reactor._wakeUp.Signal();
        }

        _toWake.Clear();
    }
}
