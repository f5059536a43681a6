using System.Diagnostics;
using Halley.Engine.Connections;
using Halley.Engine.Links;
using Halley.Engine.Native;
using Halley.Time;

namespace Halley.Engine;

/// <summary>
/// One thread with its epoll, its connections and links. A turn has five stations: wait for events; handle them, and
/// before them read on where clients sent too much; do a slice of the posted work; call the timers that are due; send.
/// What a piece of work wrote is sent right after it.
/// </summary>
internal sealed class Reactor : IDispatcher, IDisposable
{
    /// <summary>The grain of every timeout.</summary>
    public static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(100);

    // 51 seconds a turn: heartbeats and request timeouts lie within one.
    private const int WheelSlots = 512;

    // Some 10 ms of sending; then new connections and requests have their turn. After each piece of work what it wrote
    // is sent, while the processor still has those connections at hand.
    private const int StepsPerTurn = 2048;
    private const int StepsPerWork = 512;

    // Milliseconds, where only messages are left of which clients sent too many: other reactors on this core have their
    // turn.
    private const int TimeToLetOthers = 1;

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
    private readonly EngineState _state;
    private readonly KeyValuePair<string, object?> _numberTag;
    private readonly Epoll _epoll = new();
    private readonly TickClock _clock;
    private uint _lastLink;

    // Timers are left that are due already.
    private bool _areTimersLate;

    // 1 while it waits, or is about to, and must be woken to notice what is posted.
    private int _isAsleep;
    private volatile bool _isStopping;

    public Reactor(int number, EngineState state)
    {
        _number = number;
        _state = state;
        _numberTag = new(EngineOptions.ReactorTag, number);
        _clock = new TickClock(TickLength, WheelSlots, state.Time);
        Connections = new ConnectionHost(number, this, _epoll, _clock, state);
        _thread = new Thread(Run) { Name = $"halley reactor {number}", IsBackground = true };
    }

    public ConnectionHost Connections { get; }

    public Backlog Backlog { get; } = new();

    /// <summary>The reactor's counts so far. Any thread.</summary>
    public ReactorState State =>
        new(_number, Connections.Counts, Connections.Answers.DeliveredCount, Connections.Answers.HeldCount);

    /// <summary>The open connections of a listener, by its place among all. Any thread.</summary>
    public int ConnectionsOf(int place) => _listeners.Where(one => one.Place == place).Sum(one => one.ConnectionCount);

    /// <summary>The sockets that listen. Any thread, once it runs.</summary>
    public IReadOnlyList<Listener> Listeners => _listeners;

    /// <summary>Adds a socket that listens, before the reactor runs.</summary>
    /// <param name="place">Its place among the listeners of the engine.</param>
    public Listener Listen(int fd, int place, ListenerOptions options)
    {
        var listener = new Listener(Connections, fd, place, OwnKeys | (uint)_listeners.Count, options);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Opens a link, before the reactor runs or on it.</summary>
    public void Open(Func<ulong, SocketLink> link)
    {
        var key = OwnKeys | LinkKeys | _lastLink++;
        var opened = link(key);
        _links[key] = opened;
        opened.Open();
    }

    public void Start() => _thread.Start();

    /// <summary>Takes over the options that hold now, and those of its listeners. On the reactor.</summary>
    public void Change(IReadOnlyList<ListenerOptions> listeners)
    {
        Connections.Sending.Change();
        _listeners.ForEach(listener => listener.Change(listeners[listener.Place]));
    }

    /// <summary>Accepts no further subscribers. On the reactor.</summary>
    public void StopAccepting()
    {
        foreach (var listener in _listeners.Where(listener => !listener.Options.MayUseReserve))
        {
            listener.StopAccepting();
        }
    }

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

    /// <summary>Has a link flushed, with what else is sent after this piece of work. Any thread.</summary>
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

    /// <summary>Flushes the links and connections that have written something.</summary>
    public void Flush()
    {
        // First, so that another process knows before a client can act on what it receives. A link may wake another.
        for (var i = 0; i < _linksToFlush.Count; i++)
        {
            _linksToFlush[i].Flush();
        }

        _linksToFlush.Clear();

        Connections.Sending.Flush();
    }

    /// <summary>
    /// Ends the reactor, and returns when it has ended. It can still be posted to and woken, to no effect.
    /// </summary>
    public void Stop()
    {
        _isStopping = true;
        _wakeUp.Signal();
        if (!_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
        {
            _thread.Join();
        }
    }

    /// <summary>
    /// Closes all its connections and descriptors, after every reactor of the engine has stopped: until then any of
    /// them may wake it.
    /// </summary>
    public void Dispose()
    {
        foreach (var listener in _listeners)
        {
            listener.Close();
        }

        foreach (var link in _links.Values.ToList())
        {
            link.Shut();
        }

        Connections.Dispose();
        _epoll.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        Current = this;
        try
        {
            _epoll.Add(_wakeUp.Descriptor, Epoll.In | Epoll.EdgeTriggered, WakeKey);
            foreach (var listener in _listeners)
            {
                listener.Open();
                _state.Logger.Listening(_number, listener.EndPoint);
            }

            while (!_isStopping)
            {
                Turn();
            }
        }
        catch (Exception exception)
        {
            // One connection's failure does not come this far. Half a server is worse than none: it is started again.
            _state.Logger.ReactorFailed(exception, _number);
            throw;
        }
    }

    private void Turn()
    {
        var events = _epoll.Wait(TimeToWait());
        var began = Stopwatch.GetTimestamp();
        _isAsleep = 0;
        _clock.Update();
        Connections.Receiving.Work.BeginTurn();
        for (var i = 0; i < events; i++)
        {
            OnEvent(_epoll.DataAt(i), _epoll.EventsAt(i));
        }

        // Before sending, which may take long.
        WakeOthers();
        _mailbox.MoveTo(_work);
        DoWork();
        CallTimers();
        WakeOthers();
        CountTurn(Stopwatch.GetTimestamp() - began);
    }

    private void CountTurn(long elapsed)
    {
        Connections.Counts.Turns.Record(elapsed);
        if (_state.Options.TurnDuration is { Enabled: true } heard)
        {
            heard.Record((double)elapsed / Stopwatch.Frequency, _numberTag);
        }
    }

    // In milliseconds; -1 for no limit. It is marked as asleep before it looks for the last time whether there is work.
    private int TimeToWait()
    {
        if (_work.Count > 0 || Connections.Sending.IsDue || _linksToFlush.Count > 0 || _areTimersLate)
        {
            return 0;
        }

        Interlocked.Exchange(ref _isAsleep, 1);
        if (!_mailbox.IsEmpty)
        {
            return 0;
        }

        if (Connections.Receiving.Work.IsWaitedFor)
        {
            return TimeToLetOthers;
        }

        return Connections.Table.Count == 0 && _clock.Timers.Count == 0 ? -1 : (int)TickLength.TotalMilliseconds;
    }

    private void OnEvent(ulong key, uint events)
    {
        if (key < OwnKeys)
        {
            Connections.Table.Find(key)?.OnEvents(events);
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
                _state.Logger.Failed(exception);
            }

            budget += steps;
            Flush();
        }

        Connections.Answers.DeliverInOrder();
        Flush();
        if (_work.Count == 0)
        {
            Connections.Answers.Rest();
        }
    }

    // Slice by slice too: clients that came together have their heartbeats together. Whatever was written is sent here
    // at the latest.
    private void CallTimers()
    {
        _areTimersLate = true;
        for (var steps = 0; _areTimersLate && steps < StepsPerTurn; steps += StepsPerWork)
        {
            _areTimersLate = !_clock.Timers.AdvanceTo(_clock.Now, StepsPerWork);
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
