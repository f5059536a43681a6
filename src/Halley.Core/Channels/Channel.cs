using System.Diagnostics;
using Halley.Time;

namespace Halley.Channels;

/// <summary>
/// A short, ordered stream of messages, and its subscribers. Its lock is held for a few instructions at a time, never
/// while a subscriber is called. Any thread may publish; subscribers attach and detach on their own dispatcher.
/// </summary>
/// <remarks>
/// Its life, as in iComet: a channel without subscribers is forgotten a number of ticks after its last use; as in
/// nginx-push-stream, not before the messages that were given a time to live have outlived it. What it keeps, how long
/// it lives and how it is copied stand in a file each.
/// </remarks>
public sealed partial class Channel : TimerNode
{
    // Stands in for the audiences of a channel that has ended: nobody joins any more.
    private static readonly Audience NoMore = new(null!, null!, null);

    private readonly byte[] _name;
    private readonly IChannelOwner _owner;
    private readonly long _epoch;
    private long _next;
    private Audience? _audiences;
    private int _subscribers;

    /// <param name="usualTicks">
    /// The time it is kept after a use, once nobody is here; null for its owner's usual time.
    /// </param>
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

    /// <summary>Its name: any bytes, or none.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>The incarnation of the stream; see <see cref="StreamPosition.Epoch"/>.</summary>
    public long Epoch => _epoch;

    /// <summary>Name and epoch.</summary>
    public ChannelIdentity Identity => new(_name, _epoch);

    /// <summary>The number of subscriptions, on all dispatchers.</summary>
    public int SubscriberCount => Volatile.Read(ref _subscribers);

    /// <summary>The epoch, and the offset of the next message. Any thread.</summary>
    public StreamPosition Position => new(_epoch, Volatile.Read(ref _next));

    /// <summary>
    /// The bytes of messages that were published and not delivered yet, on the dispatcher where they are most. Any
    /// thread.
    /// </summary>
    public long UntoldBytes
    {
        get
        {
            lock (Lock)
            {
                long most = 0;
                for (var audience = IsClosed ? null : _audiences; audience is not null; audience = audience.Following)
                {
                    most = Math.Max(most, audience.UntoldBytes);
                }

                return most;
            }
        }
    }

    /// <summary>
    /// Whether a publisher that can wait does so: more bytes than some were published and not delivered yet, or any,
    /// on a dispatcher whose backlog is full. Any thread.
    /// </summary>
    public bool HoldsPublishersBack(long most)
    {
        lock (Lock)
        {
            for (var audience = IsClosed ? null : _audiences; audience is not null; audience = audience.Following)
            {
                var untold = audience.UntoldBytes;
                if (untold > most || (untold > 0 && audience.Dispatcher.Backlog.IsFull))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Completes when all that was published so far is told on those dispatchers whose backlog is full; null where none
    /// is. Under the lock.
    /// </summary>
    internal Task? WhenTold()
    {
        Task? all = null;
        for (var audience = IsClosed ? null : _audiences; audience is not null; audience = audience.Following)
        {
            if (audience.WhenTold() is { } told)
            {
                all = all is null ? told : Task.WhenAll(all, told);
            }
        }

        return all;
    }

    // Under the lock.
    internal bool IsClosed => _audiences == NoMore;

    // The object itself, to have a million channels without a million locks beside them.
    internal object Lock => this;

    /// <summary>The offset that the next message has to have. Under the lock.</summary>
    internal long Next => _next;

    /// <summary>Its owner: the hub, or the source of a copy.</summary>
    internal IChannelOwner Owner => _owner;

    /// <summary>
    /// Appends the next message and announces it to every audience: the one way to write. Called under the lock, by
    /// whoever gave the message its offset; no subscriber is called here.
    /// </summary>
    /// <param name="keep">
    /// The number of newest messages that are kept, this one among them; 0 for not keeping this one.
    /// </param>
    /// <param name="slack">
    /// The number of further messages that may come before the oldest are dropped, in one go.
    /// </param>
    internal void Append(Message message, int keep, int slack)
    {
        Debug.Assert(
            message.Offset == _next && !IsClosed,
            "messages come in the order of their offsets, to a channel that is open");
        _next++;
        if (keep > 0)
        {
            Keep(message, keep, slack);
        }

        if (_audiences is not null)
        {
            Announce(new Announcement(message) { Deliveries = SubscribersOfAnAudience() });
        }
    }

    /// <summary>
    /// Attaches a subscriber and returns what it missed, in one step: nothing falls between what is kept and what is
    /// delivered, and nothing comes twice. On <paramref name="dispatcher"/>.
    /// </summary>
    /// <param name="replay">The messages that it wants of those kept.</param>
    /// <param name="onlyToWait">
    /// Whether it is attached only if there is nothing to tell it now; see <see cref="AttachOptions.OnlyToWait"/>.
    /// </param>
    /// <param name="maxSubscribers">
    /// The highest number of subscribers, where that is fewer than its owner allows.
    /// </param>
    internal AttachResult Attach(
        Subscription subscription,
        IDispatcher dispatcher,
        in Replay replay,
        bool onlyToWait,
        int maxSubscribers = int.MaxValue)
    {
        var result = AttachLocked(subscription, dispatcher, replay, onlyToWait, maxSubscribers);
        _owner.Settled();
        return result;
    }

    private AttachResult AttachLocked(
        Subscription subscription, IDispatcher dispatcher, in Replay replay, bool onlyToWait, int maxSubscribers)
    {
        lock (Lock)
        {
            var position = new StreamPosition(_epoch, _next);
            if (IsClosed)
            {
                return new AttachResult(AttachStatus.ChannelClosed, this, position, []);
            }

            if (subscription.Weight > 0
                && _subscribers + subscription.Weight > Math.Min(maxSubscribers, _owner.MaxSubscribersPerChannel))
            {
                return new AttachResult(AttachStatus.TooManySubscribers, this, position, []);
            }

            if (subscription.Weight > 0)
            {
                RaiseIdle();
                _requested = _owner.Now + 1;
            }

            var losses = _history?.Losses ?? default;
            var wish = replay.In(losses, _epoch);
            var missed = Kept() is { } history ? wish.Select(history, position) : [];
            losses = _history?.Losses ?? default;
            if (onlyToWait && (missed.Length > 0 || replay.NeedsPosition(position)))
            {
                return new AttachResult(AttachStatus.AnswerNow, this, position, missed, losses);
            }

            ChangeSubscribers(subscription.Weight);
            if (subscription.IsOneOfSeveral)
            {
                _owner.FurtherPlacesChanged(1);
            }

            subscription.Next = _next;
            AudienceOn(dispatcher).Add(subscription);
            return new AttachResult(AttachStatus.Attached, this, position, missed, losses);
        }
    }

    /// <summary>Detaches a subscription. On its dispatcher; does nothing where it is detached already.</summary>
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
            if (subscription.IsOneOfSeveral)
            {
                _owner.FurtherPlacesChanged(-1);
            }

            lookSooner = _subscribers == 0 && !IsClosed && _idleTicks < _owner.IdleTicks;
        }

        if (lookSooner)
        {
            _owner.LookSooner(this);
        }

        _owner.Settled();
    }

    /// <summary>Ends the stream: every subscriber is told, and nothing can be published or attached any more.</summary>
    /// <param name="farewell">The words for its subscribers; null for none.</param>
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

    private void Announce(Announcement announcement)
    {
        // The first audience takes the link itself; a further one needs its own, since each has its own list.
        for (var audience = _audiences; audience is not null; audience = audience.Following)
        {
            audience.Announce(audience == _audiences ? announcement : announcement.Copy());
        }
    }

    // Their number on each dispatcher is not counted: it would be 8 bytes more for each channel.
    private int SubscribersOfAnAudience()
    {
        if (_audiences!.Following is null)
        {
            return _subscribers;
        }

        var audiences = 0;
        for (var audience = _audiences; audience is not null; audience = audience.Following)
        {
            audiences++;
        }

        return _subscribers / audiences;
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
