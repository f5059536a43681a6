using System.Collections.Concurrent;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Following;

/// <summary>
/// The half of a broker in a process whose channels are sequenced elsewhere. A channel is followed from its first
/// subscriber here until a while after its last, and copies its original: the same epoch, offsets and messages kept.
/// Any thread; its lock is taken before the hub's.
/// </summary>
public sealed class FollowedChannels : IDisposable
{
    // Seconds: time enough for a request to be handled that waited for its channel, and for a client that polls to come
    // back.
    private const uint MaxLinger = 5;

    private static readonly TimeSpan TimeToLeave = TimeSpan.FromMilliseconds(100);

    private readonly Hub _hub;
    private readonly IStreamSource _source;
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], PendingFollow> _pending = new(NameComparer.Instance);
    private readonly FollowSlots _slots = new();
    private readonly ITimer _leaving;

    // Those that the hub has forgotten: said under its locks, and done a moment later under ours.
    private readonly ConcurrentQueue<FollowedChannel> _forgotten = new();

    /// <param name="hub">The hub of the followed channels; it has no others.</param>
    /// <param name="idleTimeout">The time that the source keeps a channel that nobody follows.</param>
    public FollowedChannels(Hub hub, IStreamSource source, TimeSpan idleTimeout, TimeProvider time)
    {
        _hub = hub;
        _source = source;
        Linger = (uint)Math.Clamp(idleTimeout.TotalSeconds - 2, 1, MaxLinger);
        _leaving = time.CreateTimer(_ => Leave(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // In ticks of a second: how long a channel is followed without subscribers.
    internal uint Linger { get; }

    /// <summary>Finds a channel that is followed, or follows it.</summary>
    /// <param name="options">
    /// The wishes of its subscriber, who may have received more from another process than has come here.
    /// </param>
    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> name, in AttachOptions options)
    {
        lock (_lock)
        {
            LeaveForgotten();
            if (_hub.Find(name) is { } channel)
            {
                if (!options.Replay.MayBeAhead(channel.Position) || channel.Owner is not FollowedChannel followed)
                {
                    return new(new FollowResult(channel));
                }

                _source.AskPosition(followed.Id);
                return new(followed.UntilCaughtUp());
            }

            if (!_pending.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var pending))
            {
                pending = new PendingFollow(name.ToArray(), options.MayCreate, options.Creator);
                _pending.Add(pending.Name, pending);
                _source.Follow(_slots.Add(pending), name, options.MayCreate, options.IdleTimeout, options.Creator);
            }

            return new(pending.Wait(options.MayCreate));
        }
    }

    /// <summary>Takes the beginning of a stream that is followed from now on; its kept messages come next.</summary>
    /// <param name="losses">What became of the messages that it keeps no more.</param>
    /// <returns>False when nobody asked for it.</returns>
    public bool Open(uint id, StreamPosition position, in Losses losses, int kept)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is not PendingFollow { Position: null } pending || kept < 0)
            {
                return false;
            }

            (pending.Position, pending.Losses, pending.Missing) = (position, losses, kept);
            EstablishIfWhole(id, pending);
            return true;
        }
    }

    /// <summary>Takes a message of a stream that is followed.</summary>
    /// <returns>False when it does not belong there.</returns>
    public bool Append(uint id, in CopiedMessage message)
    {
        FollowedChannel followed;
        lock (_lock)
        {
            switch (_slots.Find(id))
            {
                case PendingFollow { Position: not null } pending:
                    pending.Kept.Add(message);
                    pending.Missing--;
                    EstablishIfWhole(id, pending);
                    return true;
                case FollowedChannel found:
                    followed = found;
                    break;
                default:
                    return _slots.IsLeaving(id);
            }
        }

        if (!followed.Channel!.TryAppend(message))
        {
            return false;
        }

        lock (_lock)
        {
            followed.HasGrown();
        }

        return true;
    }

    /// <summary>Takes the answer that a stream cannot be followed.</summary>
    /// <returns>False when nobody asked for it.</returns>
    public bool Refuse(uint id, AttachStatus why)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is not PendingFollow { Position: null } pending)
            {
                return false;
            }

            _slots.Free(id);
            _pending.Remove(pending.Name);
            pending.Answer(new FollowResult(why));
            return true;
        }
    }

    /// <summary>Fails what was asked about a stream, since its source cannot be asked.</summary>
    public void Fail(uint id, BrokerException why)
    {
        lock (_lock)
        {
            switch (_slots.Find(id))
            {
                case PendingFollow { Position: null } pending:
                    _slots.Free(id);
                    _pending.Remove(pending.Name);
                    pending.Fail(why);
                    break;
                case FollowedChannel followed:
                    followed.Fail(why);
                    break;
            }
        }
    }

    /// <summary>
    /// Takes the answer to <see cref="IStreamSource.AskPosition"/>: how far a stream had got when that was asked.
    /// </summary>
    /// <param name="next">The offset of its next message.</param>
    public void AnswerPosition(uint id, long next)
    {
        lock (_lock)
        {
            (_slots.Find(id) as FollowedChannel)?.AnswerPosition(next);
        }
    }

    /// <summary>Forgets the messages of a stream before an offset.</summary>
    public void Clear(uint id, long before)
    {
        lock (_lock)
        {
            (_slots.Find(id) as FollowedChannel)?.Channel!.DropBefore(before, LossReason.Cleared);
        }
    }

    /// <summary>Takes the end of a stream that was followed, or of following it, as was asked for.</summary>
    /// <returns>False when it was not followed.</returns>
    public bool End(uint id, in Ending ending)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is FollowedChannel followed)
            {
                _hub.Release(followed.Channel!, ending);
                followed.HasEnded();
            }
            else if (!_slots.IsLeaving(id))
            {
                return false;
            }

            _slots.Free(id);
            return true;
        }
    }

    /// <summary>Stops its clock.</summary>
    public void Dispose() => _leaving.Dispose();

    // Under the channel's lock. Where it has ended, its source has forgotten who was here, and its id may be another's.
    internal void SubscribersChanged(FollowedChannel followed, int by)
    {
        if (!followed.Channel!.IsClosed)
        {
            _source.Count(followed.Id, by);
        }
    }

    // Under the hub's lock.
    internal void Forgotten(FollowedChannel followed)
    {
        _forgotten.Enqueue(followed);
        _leaving.Change(TimeToLeave, Timeout.InfiniteTimeSpan);
    }

    private void EstablishIfWhole(uint id, PendingFollow pending)
    {
        if (pending.Missing > 0)
        {
            return;
        }

        var (epoch, next) = pending.Position!.Value;
        var channel = _hub.Adopt(
            pending.Name,
            new StreamPosition(epoch, next),
            pending.Losses,
            pending.Kept,
            pending.Creator,
            owner => new FollowedChannel(this, owner, id));
        _pending.Remove(pending.Name);
        if (channel is null)
        {
            _slots.Leave(id);
            _source.Unfollow(id);
            pending.Answer(new FollowResult(AttachStatus.TooManyChannels));
            return;
        }

        _slots.Replace(id, (FollowedChannel)channel.Owner);
        pending.Answer(new FollowResult(channel));
    }

    private void Leave()
    {
        lock (_lock)
        {
            LeaveForgotten();
        }
    }

    private void LeaveForgotten()
    {
        while (_forgotten.TryDequeue(out var followed))
        {
            if (_slots.Find(followed.Id) == followed)
            {
                _slots.Leave(followed.Id);
                followed.HasEnded();
                _source.Unfollow(followed.Id);
            }
        }
    }
}
