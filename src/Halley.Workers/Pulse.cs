namespace Halley.Workers;

/// <summary>
/// A beat, twice a second, as long as every one of some dispatchers has had a turn since the last: a dispatcher or a
/// process that stands still stops it. Missed beats are not made up for. Any thread.
/// </summary>
public sealed class Pulse : IWork, IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<IDispatcher> _dispatchers;
    private readonly Action _beat;
    private readonly ITimer _timer;

    // Dispatchers that have not had their turn yet.
    private int _missing;

    private Pulse(IReadOnlyList<IDispatcher> dispatchers, Action beat, TimeProvider time)
    {
        _dispatchers = dispatchers;
        _beat = beat;
        _timer = time.CreateTimer(_ => Ask(), null, Interval, Interval);
    }

    /// <param name="beat">Is called on the dispatcher that had its turn last; must not block or throw.</param>
    public static Pulse Start(IReadOnlyList<IDispatcher> dispatchers, Action beat, TimeProvider time) =>
        new(dispatchers, beat, time);

    /// <summary>Stops it; a beat that is under way may still come.</summary>
    public void Dispose() => _timer.Dispose();

    /// <inheritdoc/>
    bool IWork.Run(ref int budget)
    {
        budget--;
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _beat();
        }

        return true;
    }

    private void Ask()
    {
        if (Interlocked.CompareExchange(ref _missing, _dispatchers.Count, 0) != 0)
        {
            return;
        }

        foreach (var dispatcher in _dispatchers)
        {
            dispatcher.Post(this);
        }
    }
}
