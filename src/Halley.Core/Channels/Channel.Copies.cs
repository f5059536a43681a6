using Halley.Replicas;

namespace Halley.Channels;

// What it is to those that copy it, and what a copy is to its original; see Replicas.
public partial class Channel
{
    /// <summary>Lets a follower stand for more subscribers, or fewer. Any thread.</summary>
    /// <returns>False when there may be no more, or it is attached no longer; nothing has changed then.</returns>
    internal bool TryRecount(Follower follower, int by, bool isLimited)
    {
        bool lookSooner;
        lock (Lock)
        {
            if (IsClosed || follower.Audience is null || (isLimited && _subscribers + by > MaxSubscribers))
            {
                return false;
            }

            follower.StandsFor += by;
            if (by > 0)
            {
                RaiseIdle();
            }

            ChangeSubscribers(by);
            lookSooner = _subscribers == 0 && _idleTicks < _owner.IdleTicks;
        }

        if (lookSooner)
        {
            _owner.LookSooner(this);
        }

        return true;
    }

    /// <summary>What a copy of this channel has to know of a message, beside what the message says itself. Any thread.</summary>
    internal Keeping KeepingOf(Message message)
    {
        lock (Lock)
        {
            var life = message.ExpiresAt == 0 ? 0 : Math.Max(1, unchecked((int)(message.ExpiresAt - _owner.Now)));
            return new Keeping(
                _history is { } history && history.Has(message.Offset),
                _history?.OldestOf(int.MaxValue, _next) ?? _next,
                (uint)life);
        }
    }

    /// <summary>What became of messages that the original had before it was copied.</summary>
    internal void Inherit(in Losses losses)
    {
        if (losses != default)
        {
            (_history ??= new History()).Losses = losses;
        }
    }

    /// <summary>Appends what was published elsewhere; see <see cref="Replica"/>. Any thread.</summary>
    /// <returns>False when it does not follow the last one.</returns>
    internal bool TryAppend(in CopiedMessage copied, bool isNews)
    {
        lock (Lock)
        {
            if (IsClosed)
            {
                return true;
            }

            if (isNews && copied.Offset != _next)
            {
                return false;
            }

            var message = copied.ToMessage(_owner.Now);
            DropBefore(copied.Keeping.Oldest, LossReason.Evicted);
            if (copied.Keeping.IsKept)
            {
                Keep(message, int.MaxValue, slack: 0);
            }

            if (isNews)
            {
                _next++;
                if (_audiences is not null)
                {
                    Announce(new Announcement(message));
                }
            }

            return true;
        }
    }
}
