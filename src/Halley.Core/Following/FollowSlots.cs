namespace Halley.Following;

/// <summary>
/// The ids of followed channels. An id is given again only when the source has said that nothing of the old one is
/// under way. Guarded by the lock of <see cref="FollowedChannels"/>.
/// </summary>
internal sealed class FollowSlots
{
    // Stands where a channel was that is followed no longer, until the source has said so too.
    private static readonly object Leaving = new();

    private readonly List<object?> _slots = [];
    private readonly Stack<uint> _free = new();

    /// <summary>Gives a channel the lowest free id.</summary>
    public uint Add(PendingFollow pending)
    {
        if (_free.TryPop(out var id))
        {
            _slots[(int)id] = pending;
            return id;
        }

        _slots.Add(pending);
        return (uint)_slots.Count - 1;
    }

    /// <returns>A <see cref="PendingFollow"/>, a <see cref="FollowedChannel"/>, or neither.</returns>
    public object? Find(uint id) => id < _slots.Count ? _slots[(int)id] : null;

    public void Replace(uint id, FollowedChannel channel) => _slots[(int)id] = channel;

    public void Leave(uint id) => _slots[(int)id] = Leaving;

    public bool IsLeaving(uint id) => Find(id) == Leaving;

    public void Free(uint id)
    {
        _slots[(int)id] = null;
        _free.Push(id);
    }
}
