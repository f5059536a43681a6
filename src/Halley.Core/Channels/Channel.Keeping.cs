namespace Halley.Channels;

// What is kept for later subscribers, and what they are given of it.
public partial class Channel
{
    private History? _history;

    /// <summary>The number of messages that a subscriber who comes now could still have. Any thread.</summary>
    public int StoredCount
    {
        get
        {
            lock (Lock)
            {
                return Kept()?.Count ?? 0;
            }
        }
    }

    /// <summary>Its state at this moment. Any thread.</summary>
    public ChannelState State
    {
        get
        {
            lock (Lock)
            {
                var kept = Kept();
                return new ChannelState(
                    new StreamPosition(_epoch, _next),
                    _subscribers,
                    kept?.Count ?? 0,
                    SecondsSinceRequest,
                    kept?.ReadNewest(1) is [var newest] ? newest.Stamp : default);
            }
        }
    }

    /// <summary>
    /// The offset of the oldest message kept, but no further back than <paramref name="atMost"/> messages; the next one
    /// where none is kept. Any thread.
    /// </summary>
    public long OldestKept(int atMost)
    {
        lock (Lock)
        {
            return Kept()?.OldestOf(atMost, _next) ?? _next;
        }
    }

    /// <summary>Reads what is kept, for a client that does not wait for more. Any thread.</summary>
    public IReadOnlyList<Message> Read(in Replay replay) => ReadFor(replay).Missed;

    /// <summary>Reads the same, with the stream's position.</summary>
    internal AttachResult ReadFor(in Replay replay)
    {
        lock (Lock)
        {
            RaiseIdle();
            _requested = _owner.Now + 1;
            var position = new StreamPosition(_epoch, _next);
            var wish = replay.In(_history?.Losses ?? default, _epoch);
            return new AttachResult(
                AttachStatus.AnswerNow,
                this,
                position,
                Kept() is { } history ? wish.Select(history, position) : [],
                _history?.Losses ?? default);
        }
    }

    /// <summary>Forgets the messages kept; offsets continue. Any thread.</summary>
    /// <returns>The offset that the next message will have.</returns>
    public StreamPosition Clear()
    {
        lock (Lock)
        {
            Forget();
            if (_audiences is not null)
            {
                Announce(new Announcement(clearedBefore: _next));
            }

            return new StreamPosition(_epoch, _next);
        }
    }

    /// <summary>Forgets the messages before an offset. Any thread.</summary>
    internal void DropBefore(long offset, LossReason reason)
    {
        lock (Lock)
        {
            if (_history is { } history)
            {
                var before = history.Size;
                history.DropBefore(offset, reason);
                TellStored(history, before);
            }
        }
    }

    /// <summary>
    /// The tick after which a message published now has expired. No sooner than asked for: it may have been published
    /// at the very end of a tick.
    /// </summary>
    internal uint ExpiryAfter(TimeSpan life) =>
        _owner.Now + 1 + (uint)Math.Clamp(Math.Ceiling(life.TotalSeconds), 0, int.MaxValue / 2);

    private void Keep(Message message, int keep, int slack)
    {
        var history = _history ??= new History();
        var before = history.Size;
        var hadExpiring = history.LastExpiry > 0;
        history.Append(message, keep, slack);
        TellStored(history, before);
        if (!hadExpiring && message.ExpiresAt > 0)
        {
            _owner.BeganToExpire(this);
        }
    }

    // What is kept and has not expired.
    private History? Kept()
    {
        if (_history is { LastExpiry: > 0 } history)
        {
            var before = history.Size;
            history.DropExpired(_owner.Now);
            TellStored(history, before);
        }

        return _history;
    }

    private void Forget()
    {
        if (_history is { } history)
        {
            var before = history.Size;
            history.Clear();
            TellStored(history, before);
        }
    }

    private void TellStored(History history, (int Count, long Bytes) before)
    {
        var (count, bytes) = history.Size;
        if ((count, bytes) != before)
        {
            _owner.StoredChanged(this, count - before.Count, bytes - before.Bytes);
        }
    }
}
