namespace Halley.Engine.Connections;

/// <summary>The postponement of one connection's request, and the work that handles it again.</summary>
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
