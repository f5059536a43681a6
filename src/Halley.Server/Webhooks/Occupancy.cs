using Halley.Broker;
using Halley.Channels;
using Halley.Outbox;

namespace Halley.Server.Webhooks;

/// <summary>
/// The channels that have subscribers at this node, workers' among them, and what was said of that. A channel is
/// vacated when it has had none for a while: polls come and go with every message. Any thread.
/// </summary>
internal sealed class Occupancy : IHubObserver, IDisposable
{
    /// <summary>The time that a channel is without subscribers before that is told.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private const int MostAtOnce = 100;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly WebhookRules _rules;
    private readonly IOutbox _outbox;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], State> _channels = new(NameComparer.Instance);

    // Those whose state is not what was told.
    private readonly HashSet<byte[]> _changed = new(NameComparer.Instance);
    private Task _work = Task.CompletedTask;
    private bool _hasEnded;

    public Occupancy(WebhookRules rules, IOutbox outbox, TimeProvider time)
    {
        _rules = rules;
        _outbox = outbox;
        _time = time;
        _timer = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public int BytesPerChannel => 128;

    /// <inheritdoc/>
    public void ChannelCreated(Channel channel)
    {
    }

    /// <inheritdoc/>
    public void ChannelRemoved(Channel channel, bool wasClosed)
    {
    }

    /// <inheritdoc/>
    public void SubscribersChanged(Channel channel, int by)
    {
        if (by == 0 || !_rules.WantOccupancy(channel.Name))
        {
            return;
        }

        lock (_lock)
        {
            var byName = _channels.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!byName.TryGetValue(channel.Name, out var name, out var state))
            {
                _channels.Add(name = channel.Name.ToArray(), state = new State());
            }

            state.Subscribers += by;
            state.EmptySince = _time.GetTimestamp();
            if (state.Subscribers > 0 != state.WasTold)
            {
                _changed.Add(name);
            }
        }
    }

    /// <summary>Notes anew which channels are occupied: others may have forgotten it. Any thread.</summary>
    public void NoteAnew()
    {
        lock (_lock)
        {
            foreach (var (name, state) in _channels)
            {
                if (state is { WasTold: true, Subscribers: > 0 })
                {
                    state.WasTold = false;
                    _changed.Add(name);
                }
            }
        }
    }

    /// <summary>Tells that nobody listens here any more; waits for that no longer than two seconds.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Task work;
        lock (_lock)
        {
            _hasEnded = true;
            work = _work;
        }

        Task.WhenAny(SayFarewell(work), Task.Delay(FarewellTime)).GetAwaiter().GetResult();
    }

    // One round at a time, so that of a channel nothing is told in the wrong order.
    private void Look()
    {
        lock (_lock)
        {
            if (_work.IsCompleted && !_hasEnded)
            {
                // Of many at once not here, where reactors wait for the lock.
                var due = TakeDue();
                _work = due.Count <= MostAtOnce ? Tell(due) : Task.Run(() => Tell(due));
            }
        }
    }

    private List<(byte[] Name, bool IsOccupied)> TakeDue()
    {
        var due = new List<(byte[], bool)>();
        foreach (var name in _changed)
        {
            var state = _channels[name];
            var isOccupied = state.Subscribers > 0;
            if (isOccupied == state.WasTold)
            {
                _changed.Remove(name);
            }
            else if (isOccupied || _time.GetElapsedTime(state.EmptySince) >= Grace)
            {
                due.Add((name, isOccupied));
            }

            if (!isOccupied && !state.WasTold)
            {
                _channels.Remove(name);
            }
        }

        return due;
    }

    private async Task Tell(List<(byte[] Name, bool IsOccupied)> due)
    {
        foreach (var some in due.Chunk(MostAtOnce))
        {
            await Task.WhenAll(some.Select(one => Tell(one.Name, one.IsOccupied))).ConfigureAwait(false);
        }
    }

    private async Task Tell(byte[] name, bool isOccupied)
    {
        try
        {
            await _outbox.SetOccupied(name, isOccupied, _rules.OfOccupancy(name, isOccupied)).ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // It stands among those that have changed, and is told in the next round.
            return;
        }

        lock (_lock)
        {
            if (_channels.TryGetValue(name, out var state))
            {
                state.WasTold = isOccupied;
            }
        }
    }

    private async Task SayFarewell(Task work)
    {
        await work.ConfigureAwait(false);
        List<(byte[], bool)> told;
        lock (_lock)
        {
            told = [.. _channels.Where(pair => pair.Value.WasTold).Select(pair => (pair.Key, false))];
        }

        await Tell(told).ConfigureAwait(false);
    }

    private sealed class State
    {
        public int Subscribers { get; set; }

        /// <summary>Whether it was told last that there are subscribers.</summary>
        public bool WasTold { get; set; }

        /// <summary>A timestamp: when that number last changed.</summary>
        public long EmptySince { get; set; }
    }
}
