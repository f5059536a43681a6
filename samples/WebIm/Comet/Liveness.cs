namespace WebIm.Comet;

/// <summary>
/// Whether Halley is there, and what we know of it is true. The presence feed says so; others ask, or wait for it.
/// </summary>
public sealed class Liveness
{
    private volatile TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsLive => _live.Task.IsCompleted;

    public Task WhenLive(CancellationToken cancellation) => _live.Task.WaitAsync(cancellation);

    /// <summary>Only for the presence feed.</summary>
    internal void Found() => _live.TrySetResult();

    /// <summary>Only for the presence feed.</summary>
    internal void Lost() => _live = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
