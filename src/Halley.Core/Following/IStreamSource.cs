using Halley.Access;

namespace Halley.Following;

/// <summary>
/// The source of the streams that this process follows. Questions arrive in the order asked; the answers come back
/// through the verbs of <see cref="FollowedChannels"/>. Any thread; locks may be held; returns at once.
/// </summary>
public interface IStreamSource
{
    /// <summary>Asks for a stream: what it keeps, and from then on all that is published.</summary>
    /// <param name="id">The number of the channel from now on, until it has ended or is refused.</param>
    /// <param name="mayCreate">Whether a channel that does not exist is created.</param>
    /// <param name="idleTimeout">
    /// The time that a new channel is kept after its last use; null for the source's own rule.
    /// </param>
    /// <param name="creator">The client that it would be created for; the default where that does not count.</param>
    void Follow(uint id, ReadOnlySpan<byte> name, bool mayCreate, TimeSpan? idleTimeout, ClientBlock creator);

    /// <summary>Asks for no more of a stream. The answer is its end; until then its id is taken.</summary>
    void Unfollow(uint id);

    /// <summary>Asks how far a stream has got.</summary>
    void AskPosition(uint id);

    /// <summary>Reports that a channel has more subscribers here, or fewer.</summary>
    void Count(uint id, int by);
}
