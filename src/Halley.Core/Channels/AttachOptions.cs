using Halley.Access;

namespace Halley.Channels;

/// <summary>How a subscriber wants to be attached. With the defaults: to a channel that is created where there is none, for what is published from now on.</summary>
public readonly ref struct AttachOptions()
{
    /// <summary>What it wants of the messages kept.</summary>
    public Replay Replay { get; init; }

    /// <summary>
    /// Whether it is attached only if there is nothing to tell it now: for long polling, whose one answer is then spent. There is something to tell when
    /// messages were missed, and when it has to learn where the stream stands.
    /// </summary>
    public bool OnlyToWait { get; init; }

    /// <summary>Whether a channel that does not exist is created.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>How long a channel that is created for it is kept after its last use; null for the hub's own rule.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>The subscriber that a channel would be created for, where <see cref="Hub.CountsCreators"/>; else nobody in particular.</summary>
    public ClientBlock Creator { get; init; }

    /// <summary>How many subscribers the channel may have with this one, where that is fewer than the hub allows.</summary>
    public int MaxSubscribers { get; init; } = int.MaxValue;

    /// <summary>Where a token is required: the authority that signed it.</summary>
    public TokenAuthority? Tokens { get; init; }

    /// <summary>The token it shows, of this incarnation of the channel.</summary>
    public ReadOnlySpan<byte> Token { get; init; }
}
