namespace Halley.Replicas;

/// <summary>
/// Requests that may know more of a stream than its replica here: who has just been told a message by another process comes with an offset that
/// is still on its way to this one. They wait until the replica has got as far as its channel had. Guarded by the table's lock.
/// </summary>
internal sealed class ReplicaLags
{
    private readonly Dictionary<Replica, List<Waiting>> _waiting = [];

    /// <summary>Lets a request wait; the answers come in the order of the questions.</summary>
    public void Ask(Replica replica, Postponement request)
    {
        if (!_waiting.TryGetValue(replica, out var waiting))
        {
            _waiting.Add(replica, waiting = []);
        }

        waiting.Add(new Waiting(request));
    }

    /// <summary>The first that has no answer yet has one.</summary>
    public void Answer(Replica replica, long next)
    {
        if (_waiting.TryGetValue(replica, out var waiting) && waiting.Find(one => one.Until is null) is { } first)
        {
            first.Until = next;
            HasReached(replica);
        }
    }

    /// <summary>Lets those go on that wait for no more than there is.</summary>
    public void HasReached(Replica replica)
    {
        if (_waiting.Count > 0 && _waiting.TryGetValue(replica, out var waiting))
        {
            var next = replica.Position.Offset;
            foreach (var one in waiting.Where(one => one.Until <= next))
            {
                one.Request.Answer(replica.Name.ToArray(), FindStatus.Found);
            }

            waiting.RemoveAll(one => one.Until <= next);
            if (waiting.Count == 0)
            {
                _waiting.Remove(replica);
            }
        }
    }

    /// <summary>The replica has ended: they look again what there is.</summary>
    public void Remove(Replica replica)
    {
        if (_waiting.Remove(replica, out var waiting))
        {
            waiting.ForEach(one => one.Request.Answer([], FindStatus.Asked));
        }
    }

    private sealed class Waiting(Postponement request)
    {
        public Postponement Request { get; } = request;

        /// <summary>The offset that the channel's next message had; null until that is known.</summary>
        public long? Until { get; set; }
    }
}
