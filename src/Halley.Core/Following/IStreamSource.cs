using Halley.Access;

namespace Halley.Following;

/// <summary>
/// Where the streams are that this process follows, as <see cref="FollowedChannels"/> asks for them. What is asked arrives in the order asked; the answers
/// come back through the verbs of <see cref="FollowedChannels"/>. Any thread; locks may be held; returns at once.
/// </summary>
public interface IStreamSource
{
    /// <summary>Asks for a stream: what is kept of it, and from then on all that is published.</summary>
    /// <param name="id">What the channel is called from now on, until it has ended or is refused.</param>
    /// <param name="mayCreate">Whether a channel that does not exist is created.</param>
    /// <param name="idleTimeout">How long one that is created is kept after its last use; null for the source's own rule.</param>
    /// <param name="creator">The subscriber that one would be created for; nobody in particular where that does not count.</param>
    void Follow(uint id, ReadOnlySpan<byte> name, bool mayCreate, TimeSpan? idleTimeout, ClientBlock creator);

    /// <summary>Asks for no more of a stream. The answer is that it has ended; until then its id is taken.</summary>
    void Unfollow(uint id);

    /// <summary>Asks how far a stream has got.</summary>
    void AskPosition(uint id);

    /// <summary>Says that a channel has more subscribers here, or fewer.</summary>
    void Count(uint id, int by);
}
