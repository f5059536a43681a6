using Halley.Access;

namespace Halley.Channels;

/// <summary>
/// The wishes of a subscriber that is to be attached. By default: to a channel that is created where there is none, for
/// what is published from now on.
/// </summary>
public readonly ref struct AttachOptions()
{
    /// <summary>The messages that it wants of those kept.</summary>
    public Replay Replay { get; init; }

    /// <summary>
    /// Whether it is attached only if there is nothing to tell it now: a long poll's one answer would be spent. There
    /// is something to tell when messages were missed, and when it has to learn where the stream stands.
    /// </summary>
    public bool OnlyToWait { get; init; }

    /// <summary>Whether a channel that does not exist is created.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>
    /// The time that a channel created for it is kept after its last use; null for the hub's own rule.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// The client that a channel would be created for, where <see cref="Hub.CountsCreators"/>; otherwise the default.
    /// </summary>
    public ClientBlock Creator { get; init; }

    /// <summary>
    /// The highest number of subscribers of the channel, with this one, where that is fewer than the hub allows.
    /// </summary>
    public int MaxSubscribers { get; init; } = int.MaxValue;

    /// <summary>The authority that signed the token; null where none is required.</summary>
    public TokenAuthority? Tokens { get; init; }

    /// <summary>The token that it shows, for this incarnation of the channel.</summary>
    public ReadOnlySpan<byte> Token { get; init; }
}
