using System.Diagnostics.CodeAnalysis;
using Halley.Channels;

namespace Halley;

/// <summary>Finds channels by the bytes of their names, without a key object beside each channel.</summary>
internal sealed class ChannelNameComparer
    : IEqualityComparer<Channel>, IAlternateEqualityComparer<ReadOnlySpan<byte>, Channel>
{
    public static ChannelNameComparer Instance { get; } = new();

    /// <summary>A hash that is seeded anew in every process: nobody can choose names that all collide.</summary>
    public static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = default(HashCode);
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    public bool Equals(Channel? x, Channel? y) => x!.Name.SequenceEqual(y!.Name);

    public int GetHashCode([DisallowNull] Channel channel) => Hash(channel.Name);

    public bool Equals(ReadOnlySpan<byte> name, Channel channel) => name.SequenceEqual(channel.Name);

    public int GetHashCode(ReadOnlySpan<byte> name) => Hash(name);

    // Asked for only by an add through the lookup, which the hub does not do: a channel is more than its name.
    public Channel Create(ReadOnlySpan<byte> name) => throw new NotSupportedException();
}
