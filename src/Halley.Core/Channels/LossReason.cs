namespace Halley.Channels;

/// <summary>Why a subscriber that comes back cannot have what it asks for.</summary>
public enum LossReason : byte
{
    /// <summary>The messages were never kept: the channel, or their publisher, keeps none or fewer.</summary>
    Limit,

    /// <summary>Newer ones took their place.</summary>
    Evicted,

    /// <summary>Their time to live was over.</summary>
    Expired,

    /// <summary>A publisher let the channel forget them.</summary>
    Cleared,

    /// <summary>The stream began anew: the place it asks for was one in another <see cref="StreamPosition.Epoch"/>.</summary>
    Epoch,

    /// <summary>The place it asks for is one that the stream has not reached.</summary>
    Ahead,
}
