using System.Diagnostics;

namespace Halley.Chaos.Ledgers;

/// <summary>
/// The books of a run: what is published and what of it was acknowledged, what everybody who listens heard of it, and
/// what they were told that they missed. The rest is lost untold. Any thread.
/// </summary>
public sealed class Ledger
{
    // Beyond that they are only counted.
    private const int MostInWords = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly List<Hearing> _hearings = [];
    private readonly List<Breach> _breaches = [];
    private readonly long[] _counts = new long[Enum.GetValues<BreachKind>().Length];
    private Lane[] _lanes = new Lane[16];
    private (long From, long To)[] _forgiven = [];
    private int _laneCount;
    private long _sent;
    private long _acknowledged;

    public long Sent => Volatile.Read(ref _sent);

    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The first of what should not have happened.</summary>
    public IReadOnlyList<Breach> Breaches
    {
        get
        {
            lock (_lock)
            {
                return [.. _breaches];
            }
        }
    }

    /// <summary>The sums at this moment.</summary>
    public Totals Totals
    {
        get
        {
            lock (_lock)
            {
                return new Totals(
                    Sent,
                    Acknowledged,
                    _hearings.Sum(static hearing => hearing.Heard),
                    _hearings.Sum(static hearing => hearing.TimesTold),
                    _hearings.Sum(static hearing => hearing.HeardAgain),
                    _counts[(int)BreachKind.Repeated],
                    _counts[(int)BreachKind.OutOfOrder],
                    _counts[(int)BreachKind.LostUntold]);
            }
        }
    }

    /// <summary>Opens a lane for messages to a channel.</summary>
    public Lane Open(string channel)
    {
        lock (_lock)
        {
            if (_laneCount == _lanes.Length)
            {
                Array.Resize(ref _lanes, 2 * _laneCount);
            }

            return _lanes[_laneCount++] = new Lane(this, _laneCount - 1, channel);
        }
    }

    /// <summary>The account of somebody who begins to listen to a channel.</summary>
    /// <param name="name">What it is called where something is wrong.</param>
    public Hearing HearingOf(string channel, string name = "")
    {
        var hearing = new Hearing(this, channel, name);
        lock (_lock)
        {
            _hearings.Add(hearing);
        }

        return hearing;
    }

    /// <summary>Lists what everybody is still owed: acknowledged, not heard, and not told to be missing.</summary>
    public IReadOnlyList<string> Owed()
    {
        Hearing[] hearings;
        lock (_lock)
        {
            hearings = [.. _hearings];
        }

        return [.. hearings.SelectMany(static hearing => hearing.Owed())];
    }

    /// <summary>Waits until everybody has heard what is owed to them, for as long as that may take.</summary>
    /// <returns>What is still owed then.</returns>
    public async Task<IReadOnlyList<string>> UntilHeardAsync(TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        IReadOnlyList<string> owed;
        while ((owed = Owed()).Count > 0 && Stopwatch.GetElapsedTime(started) < patience)
        {
            await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
        }

        return owed;
    }

    /// <summary>Waits until so many that were sent first are answered, with whatever.</summary>
    /// <param name="sent">See <see cref="Sent"/>.</param>
    public async Task UntilAnsweredAsync(long sent)
    {
        while (Lanes().Any(lane => lane.UnderWay <= sent))
        {
            await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Allows what was sent between two moments to be lost: it was acknowledged by a server that did not promise to
    /// keep it.
    /// </summary>
    /// <param name="since">How much had been sent then; see <see cref="Sent"/>.</param>
    public void Forgive(long since)
    {
        lock (_lock)
        {
            _forgiven = [.. _forgiven, (since, Sent)];
        }
    }

    /// <summary>Closes the books: what is still owed is lost.</summary>
    public void Close()
    {
        foreach (var owed in Owed())
        {
            Note(new Breach(BreachKind.LostUntold, owed));
        }
    }

    internal IEnumerable<Lane> LanesOf(string channel) => Lanes().Where(lane => lane.Channel == channel);

    internal Lane? Find(int number)
    {
        lock (_lock)
        {
            return number >= 0 && number < _laneCount ? _lanes[number] : null;
        }
    }

    private IEnumerable<Lane> Lanes()
    {
        for (var i = 0; Find(i) is { } lane; i++)
        {
            yield return lane;
        }
    }

    internal bool IsForgiven(long sent) =>
        Volatile.Read(ref _forgiven) is { Length: > 0 } forgiven
            && Array.Exists(forgiven, some => sent > some.From && sent <= some.To);

    internal long CountSent() => Interlocked.Increment(ref _sent);

    internal void CountAcknowledged() => Interlocked.Increment(ref _acknowledged);

    internal void Note(in Breach breach, long count = 1)
    {
        lock (_lock)
        {
            _counts[(int)breach.Kind] += count;
            if (_breaches.Count < MostInWords && count > 0)
            {
                _breaches.Add(breach);
            }
        }
    }
}
