namespace Halley.Engine;

/// <summary>The draining of an engine, on all its reactors. Any thread.</summary>
internal sealed class Drain : IDisposable
{
    // So short that what is ended in one step is no crowd.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReactorDrain[] _parts;
    private readonly ITimer _timer;

    public Drain(IReadOnlyCollection<Reactor> reactors, TimeSpan within, TimeProvider time)
    {
        _parts = [.. reactors.Select(reactor => new ReactorDrain(reactor, within, reactors.Count, time))];
        _timer = time.CreateTimer(_ => Go(), null, TimeSpan.Zero, Step);
    }

    /// <summary>Whether nothing is under way any more.</summary>
    public bool IsDone => Array.TrueForAll(_parts, part => part.IsDone);

    /// <summary>Completes when that is so for the first time.</summary>
    public Task Done => _done.Task;

    public void Dispose() => _timer.Dispose();

    private void Go()
    {
        foreach (var part in _parts)
        {
            part.Post();
        }

        if (IsDone)
        {
            _done.TrySetResult();
        }
    }
}
