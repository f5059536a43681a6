using Halley.Following;

namespace Halley.Channels;

// What it is to those that copy it, and what a copy is to its original; see Following.
public sealed partial class Channel
{
    /// <summary>Has a follower stand for more subscribers, or fewer. Any thread. Where it is attached no longer, nothing happens.</summary>
    internal void Recount(Follower follower, int by)
    {
        bool lookSooner;
        lock (Lock)
        {
            if (IsClosed || follower.Audience is null)
            {
                return;
            }

            follower.StandsFor += by;
            if (by > 0)
            {
                RaiseIdle();
                _requested = _owner.Now + 1;
            }

            ChangeSubscribers(by);
            lookSooner = _subscribers == 0 && _idleTicks < _owner.IdleTicks;
        }

        if (lookSooner)
        {
            _owner.LookSooner(this);
        }

        _owner.Settled();
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

    /// <summary>The epoch of the stream that this one goes on from; null for none.</summary>
    internal long? FormerEpoch
    {
        get
        {
            lock (Lock)
            {
                return _history?.Losses.Continues?.Epoch;
            }
        }
    }

    /// <summary>Takes over what the original keeps, before anybody finds this copy.</summary>
    /// <param name="losses">What became of messages that the original had.</param>
    internal void Restore(in Losses losses, IReadOnlyList<CopiedMessage> kept)
    {
        lock (Lock)
        {
            if (losses != default)
            {
                (_history ??= new History()).Losses = losses;
            }

            foreach (var message in kept)
            {
                Keep(message.ToMessage(_owner.Now), int.MaxValue, slack: 0);
            }
        }
    }

    /// <summary>Appends what the original has appended. Any thread. Where this copy has ended, nothing happens.</summary>
    /// <returns>False when it does not follow the last one.</returns>
    internal bool TryAppend(in CopiedMessage copied)
    {
        lock (Lock)
        {
            if (IsClosed)
            {
                return true;
            }

            if (copied.Offset != _next)
            {
                return false;
            }

            DropBefore(copied.Keeping.Oldest, LossReason.Evicted);
            Append(copied.ToMessage(_owner.Now), copied.Keeping.IsKept ? int.MaxValue : 0, slack: 0);
            return true;
        }
    }
}
