using Halley.Access;

namespace Halley.Replicas;

/// <summary>
/// The process that has the channels, as a worker's <see cref="ReplicaTable"/> speaks to it. What is said arrives in the order said; the answers come
/// back through the table's own verbs. Any thread; locks may be held; returns at once.
/// </summary>
public interface IReplicaSource
{
    /// <param name="id">What the channel is called from now on, until its replica has ended.</param>
    /// <param name="wantsPlace">Whether to count a subscriber at once, or to refuse where there may be no more.</param>
    /// <param name="creator">Whom it would be created for; the default where that does not count.</param>
    void Follow(uint id, ReadOnlySpan<byte> name, bool mayCreate, bool wantsPlace, ClientBlock creator);

    void Unfollow(uint id);

    /// <summary>Asks for a place for one more subscriber.</summary>
    void AskPlace(uint id);

    /// <summary>Asks how far the channel has got.</summary>
    void AskPosition(uint id);

    /// <summary>Says that there are more subscribers, or fewer.</summary>
    void Count(uint id, int by);
}
