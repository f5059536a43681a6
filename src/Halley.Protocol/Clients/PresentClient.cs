namespace Halley.Protocol.Clients;

/// <summary>
/// Somebody who listens to channels whose comings and goings are published: an answer that is held, or several polls
/// one after another. Guarded by <see cref="PresenceLedger"/>'s lock.
/// </summary>
internal sealed class PresentClient(UInt128 key, string user, byte[]? info, IReadOnlyList<byte[]> channels)
{
    /// <summary>The identity that it comes back with: the same user, info and channels.</summary>
    public UInt128 Key => key;

    public string User => user;

    public byte[]? Info { get; set; } = info;

    /// <summary>The info that others in the channel may see besides, as JSON; null for none.</summary>
    public byte[]? ChannelInfo { get; init; }

    /// <summary>The channels whose comings and goings are published.</summary>
    public IReadOnlyList<byte[]> Channels => channels;

    public required string Id { get; set; }

    public required DateTimeOffset Since { get; set; }

    /// <summary>Null while nothing is held for it.</summary>
    public AdmittedClient? Client { get; set; }

    /// <summary>Whether it is in one channel of a session, which says itself when it comes and goes.</summary>
    public bool IsSession { get; init; }

    /// <summary>Whether it has been said that it came.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>A timestamp: when it came.</summary>
    public required long ArrivedAt { get; set; }

    /// <summary>A timestamp: when the last answer for it ended.</summary>
    public long GoneSince { get; set; }
}
