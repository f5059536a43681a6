using Halley.Channels;

namespace Halley.Following;

/// <summary>
/// A copy's place in its original: it stands for all subscribers of the copy, and while it is attached its channel is
/// not forgotten. Belongs to one dispatcher.
/// </summary>
public abstract class Follower : Subscription
{
    /// <summary>The number of subscribers that it stands for; under its channel's lock while it is attached.</summary>
    public int StandsFor { get; internal set; }

    internal override int Weight => StandsFor;

    /// <summary>Follows a channel, from what it keeps now on.</summary>
    /// <returns>
    /// The copy begins with <see cref="AttachResult.Missed"/>; what <see cref="Copy"/> receives comes behind it.
    /// </returns>
    public AttachResult Attach(Channel channel, IDispatcher dispatcher) =>
        channel.Attach(this, dispatcher, Replay.From(1), onlyToWait: false);

    /// <summary>
    /// Changes the number of subscribers that it stands for. Any thread. Does nothing where its channel has ended,
    /// whether or not it has heard so.
    /// </summary>
    /// <returns>False when it would stand for fewer than none.</returns>
    public bool TryRecount(int by) => Channel?.TryRecount(this, by) ?? true;

    /// <inheritdoc/>
    protected internal sealed override void Deliver(Message message) => Copy(message, Channel!.KeepingOf(message));

    /// <summary>Copies a message, in order, once. On its dispatcher; must not throw.</summary>
    protected abstract void Copy(Message message, Keeping keeping);

    /// <summary>Has the copy forget all before an offset. On its dispatcher; must not throw.</summary>
    protected abstract void Clear(long before);

    internal sealed override void Forget(long before) => Clear(before);

    /// <summary>Tells how long a message of <see cref="Attach"/>'s result is kept.</summary>
    protected Keeping KeepingOf(Message message) => Channel!.KeepingOf(message);
}
