namespace Halley.Protocol.Clients;

/// <summary>
/// The channel that comings and goings of a channel's clients are published to: the channel's name, and a suffix.
/// </summary>
public static class PresenceChannel
{
    /// <summary>The end of its name.</summary>
    public static ReadOnlySpan<byte> Suffix => ":presence"u8;

    public static byte[] Of(ReadOnlySpan<byte> channel) => [.. channel, .. Suffix];

    /// <summary>Whether a name is such a channel's.</summary>
    /// <param name="observed">The name of the channel whose clients it is about.</param>
    public static bool TryParse(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> observed)
    {
        var isOne = name.EndsWith(Suffix);
        observed = isOne ? name[..^Suffix.Length] : default;
        return isOne;
    }
}
