using System.Diagnostics;
using Halley.Access;
using Halley.Channels;
using Halley.Time;

namespace Halley.Replicas;

/// <summary>
/// The channels that subscribers of this process listen to, copied from the process that has them. A channel is followed from its first subscriber
/// here until a while after its last. Any thread; its lock is taken before a replica's.
/// </summary>
public sealed class ReplicaTable : IChannelFinder, IChannelOwner, IDisposable
{
    private const int WheelSlots = 64;

    // Time enough for a request to be handled that waited for a replica, and for a client that polls to come back.
    private const uint MaxLinger = 5;

    private static readonly TimeSpan TimeToRecount = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TickLength = TimeSpan.FromSeconds(1);

    private readonly IReplicaSource _source;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Lock _lock = new();
    private readonly HashSet<Channel> _byName = new(ChannelNameComparer.Instance);
    private readonly Dictionary<byte[], PendingReplica> _pending = new(NameComparer.Instance);
    private readonly ReplicaSlots _slots = new();
    private readonly ReplicaPlaces _places;
    private readonly ReplicaLags _lags = new();
    private readonly TimerWheel _wheel = new(WheelSlots);
    private readonly ITimer _clock;
    private readonly ITimer _recount;

    private uint _now;

    /// <param name="limits">Those of the process that has the channels.</param>
    /// <param name="asksForPlaces">Whether every subscriber is asked for, because all processes together could exceed the limit of a channel.</param>
    public ReplicaTable(IReplicaSource source, HubOptions limits, bool asksForPlaces, TimeProvider time)
    {
        _source = source;
        _time = time;
        AsksForPlaces = asksForPlaces;
        CountsCreators = limits.MaxChannelsPerAddress > 0;
        _places = new ReplicaPlaces(source, asksForPlaces);
        Linger = (uint)Math.Clamp(limits.IdleTimeout.TotalSeconds - 2, 1, MaxLinger);
        _started = time.GetTimestamp();
        _clock = time.CreateTimer(_ => Tick(), null, TickLength, TickLength);
        _recount = time.CreateTimer(_ => Recount(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public bool CountsCreators { get; }

    /// <summary>How many replicas there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byName.Count;
            }
        }
    }

    internal bool AsksForPlaces { get; }

    // In ticks: how long a replica is kept without subscribers.
    private uint Linger { get; }

    int IChannelOwner.HistorySize => 0;

    int IChannelOwner.MaxSubscribersPerChannel => int.MaxValue;

    uint IChannelOwner.IdleTicks => Linger;

    uint IChannelOwner.Now => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public FindStatus Find(ReadOnlySpan<byte> name, bool mayCreate, ClientBlock creator, in Replay replay, IPostponable asker, out Channel? channel)
    {
        lock (_lock)
        {
            var answer = asker.Postponed?.AnswerFor(name);
            if (_byName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out channel))
            {
                if (!replay.MayBeAhead(channel.Position) || answer is not null)
                {
                    return FindStatus.Found;
                }

                AskPosition((Replica)channel, asker);
                return FindStatus.Asked;
            }

            if (answer is { } refusal and not (FindStatus.Found or FindStatus.Asked))
            {
                return refusal;
            }

            if (!_pending.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var pending))
            {
                pending = new PendingReplica(name.ToArray(), mayCreate);
                _pending.Add(pending.Name, pending);
                _source.Follow(_slots.Add(pending), name, mayCreate, AsksForPlaces && mayCreate, creator);
            }

            pending.Wait(asker.Postpone(), mayCreate);
            return FindStatus.Asked;
        }
    }

    /// <inheritdoc/>
    public FindStatus FindPlace(Channel channel, IPostponable asker)
    {
        lock (_lock)
        {
            if (asker.Postponed?.AnswerFor(channel.Name) == FindStatus.TooManySubscribers)
            {
                return FindStatus.TooManySubscribers;
            }

            var replica = (Replica)channel;
            var request = asker.Postpone();
            request.Ask();
            if (_slots.Find(replica.Id) != replica)
            {
                // It has ended meanwhile: what there is now is looked up again.
                request.Answer([], FindStatus.Asked);
                return FindStatus.Asked;
            }

            _places.Ask(replica, request);
            return FindStatus.Asked;
        }
    }

    /// <summary>A channel is followed; so many messages come now that are kept of it.</summary>
    /// <param name="losses">What became of messages that it keeps no more.</param>
    /// <param name="places">For how many subscribers there is a place.</param>
    /// <returns>False when nobody asked for it.</returns>
    public bool Open(uint id, StreamPosition position, in Losses losses, int places, int kept)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is not PendingReplica { Replica: null } pending || kept < 0)
            {
                return false;
            }

            pending.Replica = new Replica(pending.Name, position.Epoch, this, position.Offset, id, places);
            pending.Replica.Inherit(losses);
            pending.Missing = kept;
            EstablishIfWhole(pending);
            return true;
        }
    }

    /// <summary>A message of a channel that is followed.</summary>
    /// <returns>False when it does not belong there.</returns>
    public bool Append(uint id, in CopiedMessage message)
    {
        Replica? replica;
        lock (_lock)
        {
            switch (_slots.Find(id))
            {
                case PendingReplica { Replica: { } begun } pending:
                    begun.TryAppend(message, isNews: false);
                    pending.Missing--;
                    EstablishIfWhole(pending);
                    return true;
                case Replica found:
                    replica = found;
                    break;
                default:
                    return _slots.IsLeaving(id);
            }
        }

        if (!replica.TryAppend(message, isNews: true))
        {
            return false;
        }

        lock (_lock)
        {
            _lags.HasReached(replica);
        }

        return true;
    }

    /// <summary>A channel is not followed.</summary>
    /// <returns>False when nobody asked for it.</returns>
    public bool Refuse(uint id, FindStatus status)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is not PendingReplica { Replica: null } pending)
            {
                return false;
            }

            _slots.Free(id);
            _pending.Remove(pending.Name);
            pending.Answer(status);
            return true;
        }
    }

    /// <summary>Whether there is a place for one more subscriber.</summary>
    public void Place(uint id, bool isGranted)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is Replica replica)
            {
                _places.Answer(replica, isGranted);
            }
        }
    }

    /// <summary>How far a channel had got when that was asked: the replica has too, or will have.</summary>
    /// <param name="next">The offset that its next message will have.</param>
    public void Reach(uint id, long next)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is Replica replica)
            {
                _lags.Answer(replica, next);
            }
        }
    }

    /// <summary>A channel keeps nothing any more of what was before an offset.</summary>
    public void Clear(uint id, long before)
    {
        lock (_lock)
        {
            (_slots.Find(id) as Replica)?.DropBefore(before, LossReason.Cleared);
        }
    }

    /// <summary>A channel that was followed has ended, or is followed no longer, as was asked for.</summary>
    /// <returns>False when it was not followed.</returns>
    public bool End(uint id, in Ending ending)
    {
        lock (_lock)
        {
            if (_slots.Find(id) is Replica replica)
            {
                Remove(replica);
                replica.Close(ending.Reason, ending.Farewell);
            }
            else if (!_slots.IsLeaving(id))
            {
                return false;
            }

            _slots.Free(id);
            return true;
        }
    }

    /// <summary>Stops its clocks.</summary>
    public void Dispose()
    {
        _clock.Dispose();
        _recount.Dispose();
    }

    void IChannelOwner.SubscribersChanged(Channel channel, int by)
    {
        if (_places.Changed((Replica)channel, by))
        {
            _recount.Change(TimeToRecount, Timeout.InfiniteTimeSpan);
        }
    }

    bool IChannelOwner.MayStore(int bytes) => true;

    MessageStamp IChannelOwner.NextStamp() => throw new UnreachableException("nobody publishes to a replica");

    void IChannelOwner.StoredChanged(Channel channel, int messages, long bytes)
    {
    }

    void IChannelOwner.LookSooner(Channel channel)
    {
    }

    // Called by the wheel, under the lock. One that has subscribers is scheduled again when it loses one.
    void IChannelOwner.Look(Channel channel, uint now)
    {
        var replica = (Replica)channel;
        if (replica.TryForget(now))
        {
            Remove(replica);
            _slots.Leave(replica.Id);
            _source.Unfollow(replica.Id);
        }
        else if (replica.SubscriberCount == 0)
        {
            _wheel.Schedule(replica, replica.NextLook);
        }
    }

    private void AskPosition(Replica replica, IPostponable asker)
    {
        var request = asker.Postpone();
        request.Ask();
        _lags.Ask(replica, request);
        _source.AskPosition(replica.Id);
    }

    private void EstablishIfWhole(PendingReplica pending)
    {
        if (pending.Missing > 0)
        {
            return;
        }

        var replica = pending.Replica!;
        _pending.Remove(pending.Name);
        _slots.Replace(replica.Id, replica);
        _byName.Add(replica);
        _wheel.Schedule(replica, replica.NextLook);
        _places.Granted(replica);
        pending.Answer(FindStatus.Found);
    }

    private void Remove(Replica replica)
    {
        _byName.Remove(replica);
        _wheel.Cancel(replica);
        _places.Remove(replica);
        _lags.Remove(replica);
    }

    private void Tick()
    {
        lock (_lock)
        {
            var now = (uint)Math.Round(_time.GetElapsedTime(_started) / TickLength);
            Volatile.Write(ref _now, now);
            _wheel.AdvanceTo(now);
            _byName.TrimWhereEmpty();
            _places.Tick();
        }
    }

    private void Recount()
    {
        lock (_lock)
        {
            foreach (var replica in _places.Recount().Where(replica => replica.SubscriberCount == 0 && _slots.Find(replica.Id) == replica))
            {
                _wheel.Schedule(replica, replica.NextLook);
            }
        }
    }
}
