namespace Halley.Engine.Connections;

/// <summary>What the request of one connection waits for, and the work that goes on with it.</summary>
internal sealed class PostponedRequest(Connection connection) : Postponement, IWork
{
    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        connection.HandleAgain(this);
        return true;
    }

    /// <inheritdoc/>
    protected override void Resume() => connection.Dispatcher.Post(this);
}
