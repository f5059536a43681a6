using Halley.Channels;

namespace Halley.Replicas;

/// <summary>A copy of a channel that another process has: the same epoch, the same offsets, the same messages kept.</summary>
internal sealed class Replica(byte[] name, long epoch, ReplicaTable owner, long next, uint id, int places)
    : Channel(name, epoch, owner, next: next)
{
    /// <summary>What both processes call it.</summary>
    public uint Id { get; } = id;

    /// <summary>How many subscribers the other process counts here; under the channel's lock.</summary>
    public int Places { get; set; } = places;

    /// <summary>Whether its places will be recounted soon; for <see cref="ReplicaPlaces"/> alone.</summary>
    public bool IsListed { get; set; }

    internal override bool OutlivesMessages => false;

    internal override int MaxSubscribers => owner.AsksForPlaces ? Places : int.MaxValue;
}
