using System.Diagnostics.CodeAnalysis;

namespace Halley;

/// <summary>Compares names of channels by their bytes.</summary>
public sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static NameComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] name) => ChannelNameComparer.Hash(name);

    public bool Equals(ReadOnlySpan<byte> name, byte[] other) => name.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> name) => ChannelNameComparer.Hash(name);

    public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
}
