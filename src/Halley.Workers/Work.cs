namespace Halley.Workers;

/// <summary>An action as one piece of work.</summary>
internal sealed class Work(Action action) : IWork
{
    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        action();
        return true;
    }
}
