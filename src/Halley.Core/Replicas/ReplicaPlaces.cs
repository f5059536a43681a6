namespace Halley.Replicas;

/// <summary>
/// How many subscribers of each replica the other process counts: it is told of more at once and of fewer a moment later, and where it may refuse one it is asked
/// first. Guarded by the table's lock where nothing else is said.
/// </summary>
/// <param name="areAskedFor">Whether every subscriber is asked for.</param>
internal sealed class ReplicaPlaces(IReplicaSource source, bool areAskedFor)
{
    private readonly Dictionary<Replica, Queue<Postponement>> _waiting = [];

    // Those that have just lost a subscriber; with a lock of their own, the last one taken.
    private readonly Lock _lostLock = new();
    private List<Replica> _lost = [];
    private List<Replica> _recounted = [];

    // Those that got a place for a request which may be gone.
    private List<Replica> _granted = [];
    private List<Replica> _grantedBefore = [];

    /// <summary>Subscribers have come or left. Under the channel's lock alone.</summary>
    /// <returns>Whether <see cref="Recount"/> is to be called a moment later: polls that answer and come back are then not counted down and up again.</returns>
    public bool Changed(Replica replica, int by)
    {
        if (by > 0)
        {
            var more = replica.SubscriberCount - replica.Places;
            if (more > 0)
            {
                replica.Places += more;
                source.Count(replica.Id, more);
            }

            return false;
        }

        lock (_lostLock)
        {
            if (replica.IsListed)
            {
                return false;
            }

            replica.IsListed = true;
            _lost.Add(replica);
            return _lost.Count == 1;
        }
    }

    /// <summary>Gives back the places of subscribers that left.</summary>
    /// <returns>The replicas that have lost any; good until the next call.</returns>
    public IReadOnlyList<Replica> Recount()
    {
        _recounted.Clear();
        lock (_lostLock)
        {
            (_lost, _recounted) = (_recounted, _lost);
            _recounted.ForEach(replica => replica.IsListed = false);
        }

        _recounted.ForEach(GiveBack);
        return _recounted;
    }

    /// <summary>Lets a request wait for a place; the answers come in the order of the questions.</summary>
    public void Ask(Replica replica, Postponement request)
    {
        if (!_waiting.TryGetValue(replica, out var waiting))
        {
            _waiting.Add(replica, waiting = new Queue<Postponement>());
        }

        waiting.Enqueue(request);
        source.AskPlace(replica.Id);
    }

    /// <summary>The first that waits is answered.</summary>
    public void Answer(Replica replica, bool isGranted)
    {
        if (isGranted)
        {
            lock (replica.Lock)
            {
                replica.Places++;
            }

            Granted(replica);
        }

        if (_waiting.TryGetValue(replica, out var waiting) && waiting.TryDequeue(out var request))
        {
            if (waiting.Count == 0)
            {
                _waiting.Remove(replica);
            }

            request.Answer(replica.Name.ToArray(), isGranted ? FindStatus.Found : FindStatus.TooManySubscribers);
        }
    }

    /// <summary>A place has come with the replica, or for a request.</summary>
    public void Granted(Replica replica)
    {
        if (areAskedFor)
        {
            _granted.Add(replica);
        }
    }

    /// <summary>Gives back the places that were granted a tick ago at least, and that nobody took.</summary>
    public void Tick()
    {
        (_granted, _grantedBefore) = (_grantedBefore, _granted);
        _granted.ForEach(GiveBack);
        _granted.Clear();
    }

    /// <summary>The replica has ended: they look again what there is.</summary>
    public void Remove(Replica replica)
    {
        if (_waiting.Remove(replica, out var waiting))
        {
            foreach (var request in waiting)
            {
                request.Answer([], FindStatus.Asked);
            }
        }
    }

    private void GiveBack(Replica replica)
    {
        lock (replica.Lock)
        {
            var free = replica.Places - replica.SubscriberCount;
            if (free > 0 && !replica.IsClosed)
            {
                replica.Places -= free;
                source.Count(replica.Id, -free);
            }
        }
    }
}
