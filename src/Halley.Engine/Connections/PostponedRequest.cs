namespace Halley.Engine.Connections;

/// <summary>The postponement of one connection's request, and the work that handles it again.</summary>
/// <param name="options">What held when the request came: it is handled to its end by the same.</param>
internal sealed class PostponedRequest(Connection connection, ListenerOptions options) : Postponement, IWork
{
    public ListenerOptions Options => options;

    /// <summary>Its bytes, as they were received; what lies behind them was sent ahead of its answer.</summary>
    public int Length { get; set; }

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
