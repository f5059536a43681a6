namespace Halley.Client.Subscribing;

/// <summary>
/// Ends what waits for a connection: when the subscriber leaves, or nothing was heard for too long. Time is counted
/// only while something is waited for, so that a subscriber may take as long as it likes over an item.
/// </summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _left;
    private readonly TimeSpan _first;
    private readonly TimeSpan _further;
    private bool _hasHeard;

    /// <param name="first">How long the first word may take.</param>
    /// <param name="further">How long each further one may.</param>
    public Patience(TimeProvider time, TimeSpan first, TimeSpan further, CancellationToken ended)
    {
        _first = first;
        _further = further;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _left = ended.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    public bool IsOver => _source.IsCancellationRequested;

    /// <summary>The reason to give where this ended, and nobody left.</summary>
    public string Reason => _hasHeard
        ? $"Nothing was heard for {_further.TotalSeconds:0.###} s."
        : $"The server said nothing within {_first.TotalSeconds:0.###} s.";

    /// <summary>Something is waited for from now on.</summary>
    public void Begin() => _source.CancelAfter(_hasHeard ? _further : _first);

    /// <summary>It has come.</summary>
    public void Hear()
    {
        _hasHeard = true;
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _left.Dispose();
        _source.Dispose();
    }
}
