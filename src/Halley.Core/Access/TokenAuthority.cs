using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Halley.Access;

/// <summary>
/// Signs and verifies the tokens that admit a subscriber to a channel. A token is a keyed hash of the channel's name
/// and epoch: it is the same for as long as the channel lives, dies with it, and takes no memory. Any thread.
/// </summary>
public sealed class TokenAuthority
{
    /// <summary>Hexadecimal digits of a token, as many as iComet's have.</summary>
    public const int TokenLength = 32;

    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    private const int MaxNameOnStack = 256;

    private readonly byte[] _key;

    /// <summary>Creates one with a key of its own: no other process knows its tokens.</summary>
    public TokenAuthority() => _key = RandomNumberGenerator.GetBytes(KeyLength);

    /// <summary>Creates one with the key of another, whose tokens it knows then.</summary>
    public TokenAuthority(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        _key = key.ToArray();
    }

    /// <summary>A secret: for a process of this server, and nobody else.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Writes the token of a channel: lower-case hexadecimal.</summary>
    /// <param name="token">At least <see cref="TokenLength"/> bytes.</param>
    public void Sign(ReadOnlySpan<byte> channel, long epoch, Span<byte> token)
    {
        var length = sizeof(long) + channel.Length;
        var text = length <= MaxNameOnStack ? stackalloc byte[length] : new byte[length];
        BinaryPrimitives.WriteInt64LittleEndian(text, epoch);
        channel.CopyTo(text[sizeof(long)..]);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, text, hash);
        Convert.TryToHexStringLower(hash[..(TokenLength / 2)], token, out _);
    }

    /// <summary>
    /// Whether a token is that of a channel. Takes as long for one that is nearly right as for any other.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> channel, long epoch, ReadOnlySpan<byte> token)
    {
        Span<byte> right = stackalloc byte[TokenLength];
        Sign(channel, epoch, right);
        return CryptographicOperations.FixedTimeEquals(right, token);
    }
}
