using Halley.Channels;

namespace Halley.Following;

/// <summary>
/// A copy's place in the channel that it copies: it stands for all subscribers that the copy has, and while it is attached its channel is not
/// forgotten. Belongs to one dispatcher.
/// </summary>
public abstract class Follower : Subscription
{
    /// <summary>How many subscribers it stands for; under its channel's lock while it is attached.</summary>
    public int StandsFor { get; internal set; }

    internal override int Weight => StandsFor;

    /// <summary>Follows a channel from what it keeps now on.</summary>
    /// <returns>Of <see cref="AttachResult.Missed"/> a copy is made first; what <see cref="Copy"/> is given comes behind it.</returns>
    public AttachResult Attach(Channel channel, IDispatcher dispatcher) => channel.Attach(this, dispatcher, Replay.From(1), onlyToWait: false);

    /// <summary>Stands for more subscribers or fewer. Where the channel has just ended, nobody is counted.</summary>
    /// <returns>False when it would stand for fewer than none.</returns>
    public bool TryRecount(int by)
    {
        if (StandsFor + (long)by is < 0 or > int.MaxValue)
        {
            return false;
        }

        Channel?.Recount(this, by);
        return true;
    }

    /// <inheritdoc/>
    protected internal sealed override void Deliver(Message message) => Copy(message, Channel!.KeepingOf(message));

    /// <summary>A message to be copied, in order, once. On its dispatcher; must not throw.</summary>
    protected abstract void Copy(Message message, Keeping keeping);

    /// <summary>What a copy has to forget: all before an offset. On its dispatcher; must not throw.</summary>
    protected abstract void Clear(long before);

    internal sealed override void Forget(long before) => Clear(before);

    /// <summary>How long a message is kept that <see cref="Attach"/> gave.</summary>
    protected Keeping KeepingOf(Message message) => Channel!.KeepingOf(message);
}
