using Halley.Replicas;
using Halley.Time;

namespace Halley.Channels;

/// <summary>
/// A short, ordered stream of messages and those who are told of them. Its lock is held for a few instructions at a time, never while a
/// subscriber is called. Any thread may publish; subscribers attach and detach on their own dispatcher.
/// </summary>
/// <remarks>
/// Its life, as iComet counts it: a channel without subscribers is forgotten a number of ticks after it was last used; as nginx-push-stream does,
/// not before the messages that were given a time to live have outlived it.
/// </remarks>
public class Channel : TimerNode
{
    // Stands in for the audiences of a channel that has ended: nobody joins any more.
    private static readonly Audience NoMore = new(null!, null!, null);

    private readonly byte[] _name;
    private readonly IChannelOwner _owner;
    private readonly long _epoch;
    private long _next;
    private History? _history;
    private Audience? _audiences;
    private int _subscribers;

    // Ticks left to live: counted down from _idleSince while nobody is here.
    private uint _idleTicks;
    private uint _idleSince;

    // What a use gives it at least; chosen by whoever created it.
    private readonly uint _usualTicks;

    // When those who follow the comings and goings are told again that this channel is here. Touched by the owner's clock alone.
    private uint _nextPresence;

    /// <param name="usualTicks">How long it is kept after a use, once nobody is here; null for what its owner finds usual.</param>
    /// <param name="next">The offset that the next message will have.</param>
    internal Channel(byte[] name, long epoch, IChannelOwner owner, uint? usualTicks = null, long next = 1)
    {
        _name = name;
        _epoch = epoch;
        _next = next;
        _owner = owner;
        _usualTicks = _idleTicks = usualTicks ?? owner.IdleTicks;
        _idleSince = owner.Now;
        _nextPresence = owner.Now + owner.IdleTicks;
    }

    /// <summary>Its name: any bytes, the empty name too.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>This incarnation of the stream; see <see cref="StreamPosition.Epoch"/>.</summary>
    public long Epoch => _epoch;

    /// <summary>How many subscriptions there are, on all dispatchers.</summary>
    public int SubscriberCount => Volatile.Read(ref _subscribers);

    /// <summary>Epoch, and the offset that the next message will have. Any thread.</summary>
    public StreamPosition Position => new(_epoch, Volatile.Read(ref _next));

    /// <summary>How many messages there are that a subscriber who comes now could still have. Any thread.</summary>
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

    /// <summary>How many subscriptions there may be. Under the lock.</summary>
    internal virtual int MaxSubscribers => _owner.MaxSubscribersPerChannel;

    /// <summary>Whether it is kept until its messages have expired.</summary>
    internal virtual bool OutlivesMessages => true;

    // Under the lock.
    internal bool IsClosed => _audiences == NoMore;

    // The object itself, to have a million channels without a million locks beside them.
    internal object Lock => this;

    /// <summary>Appends a message and lets every audience be told. Any thread; no subscriber is called here.</summary>
    /// <param name="position">Where the message now lies; where nothing was published, where it would have lain.</param>
    public PublishStatus TryPublish(in Publication publication, out StreamPosition position)
    {
        lock (Lock)
        {
            position = new StreamPosition(_epoch, _next);
            if (IsClosed)
            {
                return PublishStatus.ChannelClosed;
            }

            var retention = publication.Retention;
            var keep = retention?.Messages ?? _owner.HistorySize;
            if (keep > 0 && !_owner.MayStore(publication.Payload.Length))
            {
                return PublishStatus.OutOfMemory;
            }

            var message = new Message(_next++, publication.Payload, publication.Traits, _owner.NextStamp(), publication.Labels)
            {
                ExpiresAt = retention?.TimeToLive is { } life ? ExpiryAfter(life) : 0,
            };
            if (keep > 0)
            {
                Keep(message, keep, retention is null ? SlackOf(keep) : 0);
            }

            RaiseIdle();
            if (_audiences is not null)
            {
                Announce(new Announcement(message));
            }

            return PublishStatus.Published;
        }
    }

    /// <summary>
    /// Lets a subscriber in and says what it missed, in one step: nothing falls between what is kept and what is delivered, and nothing
    /// comes twice. On <paramref name="dispatcher"/>.
    /// </summary>
    /// <param name="replay">What it wants of what is kept.</param>
    /// <param name="onlyToWait">
    /// Attach only if there is nothing to tell it now: for long polling, whose one answer is then spent. There is something
    /// to tell when messages were missed, and when an offset was asked for that is 0 or ahead of the stream.
    /// </param>
    public AttachResult Attach(Subscription subscription, IDispatcher dispatcher, in Replay replay, bool onlyToWait)
    {
        lock (Lock)
        {
            var position = new StreamPosition(_epoch, _next);
            if (IsClosed)
            {
                return new AttachResult(AttachStatus.ChannelClosed, position, []);
            }

            if (_subscribers + subscription.Weight > MaxSubscribers)
            {
                return new AttachResult(AttachStatus.TooManySubscribers, position, []);
            }

            if (subscription.Weight > 0)
            {
                RaiseIdle();
            }

            var missed = Kept() is { } history ? replay.Select(history) : [];
            if (onlyToWait && (missed.Length > 0 || replay.NeedsPosition(_next)))
            {
                return new AttachResult(AttachStatus.NotNeeded, position, missed);
            }

            ChangeSubscribers(subscription.Weight);
            subscription.Next = _next;
            AudienceOn(dispatcher).Add(subscription);
            return new AttachResult(AttachStatus.Attached, position, missed);
        }
    }

    /// <summary>What is kept, as far as it is asked for, for who does not wait for more. Any thread.</summary>
    public IReadOnlyList<Message> Read(in Replay replay)
    {
        lock (Lock)
        {
            RaiseIdle();
            return Kept() is { } history ? replay.Select(history) : [];
        }
    }

    /// <summary>Lets a subscription go. On its dispatcher; one that is detached already is left as it is.</summary>
    internal void Detach(Subscription subscription)
    {
        bool lookSooner;
        lock (Lock)
        {
            if (subscription.Audience is not { } audience)
            {
                return;
            }

            audience.Remove(subscription);
            if (audience.IsEmpty)
            {
                Drop(audience);
            }

            ChangeSubscribers(-subscription.Weight);
            lookSooner = _subscribers == 0 && !IsClosed && _idleTicks < _owner.IdleTicks;
        }

        if (lookSooner)
        {
            _owner.LookSooner(this);
        }
    }

    /// <summary>Forgets the messages kept; numbers go on. Any thread.</summary>
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

    /// <summary>The offset of the oldest message kept, but no further back than <paramref name="atMost"/> messages; the next one where none is kept. Any thread.</summary>
    public long OldestKept(int atMost)
    {
        lock (Lock)
        {
            return Kept()?.OldestOf(atMost, _next) ?? _next;
        }
    }

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
            DropBefore(copied.Keeping.Oldest);
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

    /// <summary>Forgets the messages before an offset.</summary>
    internal void DropBefore(long offset)
    {
        lock (Lock)
        {
            if (_history is { Count: > 0 } history)
            {
                var (count, bytes) = (history.Count, history.Bytes);
                history.DropBefore(offset);
                _owner.StoredChanged(history.Count - count, history.Bytes - bytes);
            }
        }
    }

    /// <summary>Ends the stream: every subscriber is told, and nothing can be published or attached any more.</summary>
    /// <param name="farewell">The words its subscribers are told by whoever ends it; null for none.</param>
    /// <returns>False when it had ended already.</returns>
    internal bool Close(CloseReason reason, byte[]? farewell = null)
    {
        lock (Lock)
        {
            if (IsClosed)
            {
                return false;
            }

            if (_audiences is not null)
            {
                Announce(new Announcement(new Ending(reason, new StreamPosition(_epoch, _next), farewell)));
            }

            Forget();
            _audiences = NoMore;
            return true;
        }
    }

    /// <summary>Keeps the channel this many ticks more once nobody is here, even if that is shorter than what it had.</summary>
    internal void KeepFor(uint ticks)
    {
        lock (Lock)
        {
            _idleTicks = ticks;
            _idleSince = _owner.Now;
        }
    }

    /// <summary>When the owner has to look at this channel again: to tell that it is here, or to forget it.</summary>
    internal uint NextLook
    {
        get
        {
            lock (Lock)
            {
                var forgottenAt = ForgottenAt;
                return _subscribers == 0 && unchecked((int)(forgottenAt - _nextPresence)) < 0 ? forgottenAt : _nextPresence;
            }
        }
    }

    /// <summary>Drops what has expired, and closes the channel if nobody was here for long enough.</summary>
    internal bool TryForget(uint now)
    {
        lock (Lock)
        {
            _ = Kept();
            if (!IsClosed && _audiences is null && unchecked((int)(now - ForgottenAt)) >= 0)
            {
                Forget();
                _audiences = NoMore;
            }

            return IsClosed;
        }
    }

    /// <summary>Whether it is time to tell again that this channel is here.</summary>
    internal bool IsPresenceDue(uint now)
    {
        if (unchecked((int)(now - _nextPresence)) < 0)
        {
            return false;
        }

        _nextPresence = now + _owner.IdleTicks;
        return true;
    }

    /// <inheritdoc/>
    protected internal override void OnDue(uint now) => _owner.Look(this, now);

    private uint ForgottenAt => Math.Max(_idleSince + _idleTicks + 1, OutlivesMessages ? _history?.LastExpiry ?? 0 : 0);

    // Like iComet, a channel lets half as many again come before it drops the oldest in one go.
    private static int SlackOf(int keep) => (int)((keep + 1L) / 2) - 1;

    // No sooner than asked for: it may have been published at the very end of a tick.
    private uint ExpiryAfter(TimeSpan life) => _owner.Now + 1 + (uint)Math.Clamp(Math.Ceiling(life.TotalSeconds), 0, int.MaxValue / 2);

    private void Keep(Message message, int keep, int slack)
    {
        var history = _history ??= new History();
        var (count, bytes) = (history.Count, history.Bytes);
        history.Append(message, keep, slack);
        _owner.StoredChanged(history.Count - count, history.Bytes - bytes);
    }

    // What is kept and has not expired.
    private History? Kept()
    {
        if (_history is { LastExpiry: > 0 } history)
        {
            var (count, bytes) = (history.Count, history.Bytes);
            history.DropExpired(_owner.Now);
            _owner.StoredChanged(history.Count - count, history.Bytes - bytes);
        }

        return _history;
    }

    private void Forget()
    {
        if (_history is { Count: > 0 } history)
        {
            _owner.StoredChanged(-history.Count, -history.Bytes);
            history.Clear();
        }
    }

    private void Announce(Announcement announcement)
    {
        // The first audience takes the link itself; a further one needs its own, since each has its own list.
        for (var audience = _audiences; audience is not null; audience = audience.Following)
        {
            audience.Announce(audience == _audiences ? announcement : announcement.Copy());
        }
    }

    // Using a channel gives it at least its usual time to live; a longer one, once given, is kept.
    private void RaiseIdle()
    {
        var elapsed = _subscribers == 0 ? _owner.Now - _idleSince : 0;
        var left = _idleTicks > elapsed ? _idleTicks - elapsed : 0;
        if (_subscribers > 0 || left < _usualTicks)
        {
            _idleTicks = Math.Max(left, _usualTicks);
            _idleSince = _owner.Now;
        }
    }

    private void ChangeSubscribers(int by)
    {
        if (_subscribers == 0)
        {
            _idleTicks -= Math.Min(_idleTicks, _owner.Now - _idleSince);
        }

        _subscribers += by;
        _idleSince = _owner.Now;
        _owner.SubscribersChanged(this, by);
    }

    private Audience AudienceOn(IDispatcher dispatcher)
    {
        for (var audience = _audiences; audience is not null; audience = audience.Following)
        {
            if (audience.Dispatcher == dispatcher)
            {
                return audience;
            }
        }

        return _audiences = new Audience(this, dispatcher, _audiences);
    }

    private void Drop(Audience audience)
    {
        if (_audiences == audience)
        {
            _audiences = audience.Following;
            return;
        }

        for (var before = _audiences; before is not null; before = before.Following)
        {
            if (before.Following == audience)
            {
                before.Following = audience.Following;
                return;
            }
        }
    }
}
