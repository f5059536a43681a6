using Halley.Channels;

namespace Halley.Engine.Connections;

/// <summary>The place in a second or later channel of a client that subscribes to several in one answer. It is never a timer.</summary>
internal sealed class FurtherSubscription(Connection connection) : Subscription
{
    /// <inheritdoc/>
    protected override bool IsOneOfSeveral => connection.IsAttached;

    /// <inheritdoc/>
    protected override void Deliver(Message message) => connection.Deliver(Channel!, message);

    /// <inheritdoc/>
    protected override void End(Channel channel, in Ending ending) => connection.OnChannelEnded(channel, ending);

    /// <inheritdoc/>
    protected override void OnDue(uint now)
    {
    }
}
