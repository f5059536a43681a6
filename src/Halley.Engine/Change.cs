namespace Halley.Engine;

/// <summary>One reactor's part of <see cref="Engine.Change"/>: in one piece, between two requests.</summary>
internal sealed class Change(Reactor reactor, IReadOnlyList<ListenerOptions> listeners) : IWork
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the reactor has taken it over.</summary>
    public Task Done => _done.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        reactor.Change(listeners);
        _done.SetResult();
        return true;
    }
}
