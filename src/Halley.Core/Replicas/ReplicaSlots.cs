namespace Halley.Replicas;

/// <summary>
/// Which replica has which number. A number is used again only when the other process has said that nothing of the old one is under way. Guarded by
/// the table's lock.
/// </summary>
internal sealed class ReplicaSlots
{
    // Stands where a replica was that is followed no longer, until the other process has said so too.
    private static readonly object Leaving = new();

    private readonly List<object?> _slots = [];
    private readonly Stack<uint> _free = new();

    /// <summary>Gives it the lowest number there is to give.</summary>
    public uint Add(PendingReplica pending)
    {
        if (_free.TryPop(out var id))
        {
            _slots[(int)id] = pending;
            return id;
        }

        _slots.Add(pending);
        return (uint)_slots.Count - 1;
    }

    /// <returns>A <see cref="PendingReplica"/>, a <see cref="Replica"/>, or neither.</returns>
    public object? Find(uint id) => id < _slots.Count ? _slots[(int)id] : null;

    public void Replace(uint id, Replica replica) => _slots[(int)id] = replica;

    public void Leave(uint id) => _slots[(int)id] = Leaving;

    public bool IsLeaving(uint id) => Find(id) == Leaving;

    public void Free(uint id)
    {
        _slots[(int)id] = null;
        _free.Push(id);
    }
}
