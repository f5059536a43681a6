namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// A session over an answer that is held: its first commands came with that answer's request, the others come with
/// requests of their own.
/// </summary>
internal sealed class EmulatedSession : CentrifugoSession
{
    private readonly EmulatedSessions _sessions;

    public EmulatedSession(SessionContext context, IExchange exchange, Arrival arrival)
        : base(context, exchange, arrival)
    {
        _sessions = context.Node.Emulated;
        EmulationId = EmulatedSessions.NewId();
        _sessions.Add(EmulationId, this);
    }

    /// <inheritdoc/>
    public override string EmulationId { get; }

    /// <inheritdoc/>
    internal override void Leave()
    {
        _sessions.Remove(EmulationId);
        base.Leave();
    }
}
