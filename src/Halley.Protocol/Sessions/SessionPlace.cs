using Halley.Channels;

namespace Halley.Protocol.Sessions;

/// <summary>
/// The place of a session in one channel: what it is told of that channel, and until when. It is never a timer.
/// </summary>
internal class SessionPlace(Session session) : Subscription
{
    public Session Session => session;

    /// <summary>The tick of its dispatcher at which its permission ends; 0 for never.</summary>
    public uint EndsAt { get; set; }

    /// <summary>Notes of the session's protocol.</summary>
    public ushort Notes { get; set; }

    /// <summary>The form of messages for this place; null for the session's usual one.</summary>
    public virtual Transports.TransportFormat? Form => null;

    /// <summary>The info of its client that others in the channel may see besides, as JSON; null for none.</summary>
    public virtual byte[]? Info => null;

    /// <inheritdoc/>
    protected override bool IsOneOfSeveral => session.IsAttached;

    /// <inheritdoc/>
    protected override void OnAttached(
        ReadOnlySpan<byte> channel, in AttachOptions options, in AttachResult result) =>
        session.NoteAttached(channel, options, result);

    /// <inheritdoc/>
    protected override void Deliver(Message message) => session.Deliver(this, message);

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => session.OnEnded(this, channel, ending);

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
    }
}
