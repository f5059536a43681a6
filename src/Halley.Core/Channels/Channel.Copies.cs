using Halley.Following;

namespace Halley.Channels;

// The two ends of copying: an original and its followers, a copy and its source; see Following.
public sealed partial class Channel
{
    /// <inheritdoc cref="Follower.TryRecount"/>
    internal bool TryRecount(Follower follower, int by)
    {
        bool lookSooner;
        lock (Lock)
        {
            // What is counted between its end and its follower's hearing of that is not kept, more no more than fewer.
            if (IsClosed || follower.Audience is null)
            {
                return true;
            }

            if (follower.StandsFor + (long)by is < 0 or > int.MaxValue)
            {
                return false;
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
        return true;
    }

    /// <summary>Tells how long a message is kept here, for a copy of this channel. Any thread.</summary>
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

    /// <summary>The epoch of the stream that this one continues; null for none.</summary>
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

    /// <summary>Copies what the original keeps, before anybody finds this copy.</summary>
    /// <param name="losses">What became of the messages that the original had.</param>
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

    /// <summary>Appends what the original has appended. Any thread. Does nothing where this copy has ended.</summary>
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
