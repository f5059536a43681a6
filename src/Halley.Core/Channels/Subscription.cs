using Halley.Time;

namespace Halley.Channels;

/// <summary>
/// A receiver's place in one channel. Whoever holds the socket derives from it, and it is a timer too, since a held
/// answer needs heartbeats: so a held connection is one object, of which there may be a million. Belongs to the
/// dispatcher that it was attached on.
/// </summary>
public abstract class Subscription : TimerNode
{
    /// <summary>The channel it is attached to; null while it is attached to none.</summary>
    public Channel? Channel => Audience?.Channel;

    internal Audience? Audience { get; set; }

    /// <summary>The offset that it receives next: it has had everything below.</summary>
    public long Next { get; internal set; }

    /// <summary>The number of subscribers that it stands for.</summary>
    internal virtual int Weight => 1;

    /// <summary>
    /// Whether its receiver has a place that is attached in another channel: one receiver with several places counts
    /// once. On its dispatcher, while it is not attached itself.
    /// </summary>
    protected internal virtual bool IsOneOfSeveral => false;

    // Its neighbours in the audience, in the order of arrival; before the first one stands the last.
    internal Subscription? Previous { get; set; }

    internal Subscription? Following { get; set; }

    /// <summary>Detaches it from its channel. On its dispatcher; does nothing where it is not attached.</summary>
    public void Detach() => Audience?.Channel.Detach(this);

    /// <summary>
    /// Receives one message, in order, once. On its dispatcher; may detach itself, and must not throw.
    /// </summary>
    protected internal abstract void Deliver(Message message);

    /// <summary>
    /// Hears what became of the wish to attach it, attached or refused. On its dispatcher; must not throw.
    /// </summary>
    /// <param name="channel">The name that was asked for.</param>
    protected internal virtual void OnAttached(
        ReadOnlySpan<byte> channel, in AttachOptions options, in AttachResult result)
    {
    }

    /// <summary>
    /// Hears that the channel has forgotten all before an offset: for those that keep a copy. On its dispatcher; must
    /// not throw.
    /// </summary>
    internal virtual void Forget(long before)
    {
    }

    /// <summary>
    /// Hears that the channel has ended; the subscription is detached already. On its dispatcher; must not throw.
    /// </summary>
    protected internal abstract void End(Channel channel, in Ending ending);
}
