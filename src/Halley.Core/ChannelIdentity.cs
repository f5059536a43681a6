namespace Halley;

/// <summary>The identity of a stream: its channel's name and its epoch.</summary>
/// <param name="name">The channel's name.</param>
/// <param name="epoch">The incarnation of its stream; see <see cref="StreamPosition.Epoch"/>.</param>
public readonly ref struct ChannelIdentity(ReadOnlySpan<byte> name, long epoch)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public long Epoch { get; } = epoch;
}
