using Halley.Channels;

namespace Halley.Protocol.Answers;

/// <summary>
/// The place in a second or later channel of a client that subscribes to several in one answer. It is never a timer.
/// </summary>
internal sealed class FurtherPlace(HeldAnswer answer) : Subscription
{
    /// <inheritdoc/>
    protected override bool IsOneOfSeveral => answer.IsAttached;

    /// <inheritdoc/>
    protected override void Deliver(Message message) => answer.Deliver(Channel!, message);

    /// <inheritdoc/>
    protected override void OnAttached(
        ReadOnlySpan<byte> channel, in AttachOptions options, in AttachResult result) =>
        answer.NoteAttached(channel, options, result);

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => answer.OnChannelEnded(channel, ending);

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
    }
}
