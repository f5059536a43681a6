namespace Halley.Channels;

/// <summary>The reason why a subscriber that comes back cannot have what it asks for.</summary>
public enum LossReason : byte
{
    /// <summary>The messages were never kept: the channel, or their publisher, keeps none or fewer.</summary>
    Limit,

    /// <summary>Newer ones took their place.</summary>
    Evicted,

    /// <summary>Their time to live was over.</summary>
    Expired,

    /// <summary>A publisher cleared the channel.</summary>
    Cleared,

    /// <summary>The stream began anew: the place belongs to another <see cref="StreamPosition.Epoch"/>.</summary>
    Epoch,

    /// <summary>The stream has not reached that place.</summary>
    Ahead,

    /// <summary>Its client was too slow for them; see <see cref="SlowConsumerPolicy.Latest"/>.</summary>
    Slow,
}
