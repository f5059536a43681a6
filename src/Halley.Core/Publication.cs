using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Halley;

/// <summary>A message as its publisher hands it in, without a place in a stream.</summary>
/// <param name="Payload">The channel keeps the array: nobody may write to it any more.</param>
public readonly record struct Publication(byte[] Payload)
{
    public MessageTraits Traits { get; init; }

    public MessageLabels? Labels { get; init; }

    /// <summary>Its own rule of being kept for later subscribers; null for the hub's rule.</summary>
    public Retention? Retention { get; init; }

    /// <summary>
    /// A name that the publisher gives this publication, so that it may try again: for some minutes a channel takes one
    /// message of that name. Null for none.
    /// </summary>
    public byte[]? IdempotencyKey { get; init; }

    /// <summary>
    /// The first 128 bits of a SHA-256 of a channel's name and the idempotency key: what such a publication is
    /// remembered by, of the same size whatever their lengths.
    /// </summary>
    public UInt128 IdOn(ReadOnlySpan<byte> channel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(digest, channel.Length);
        hash.AppendData(digest[..sizeof(int)]);
        hash.AppendData(channel);
        hash.AppendData(IdempotencyKey ?? []);
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    /// <summary>
    /// The first 64 bits of a SHA-256 of all that a subscriber could see of the message: another message under the same
    /// key is told apart by it.
    /// </summary>
    public long Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<byte[]?>)[Payload, Labels?.EventId, Labels?.EventType, Labels?.ContentType])
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, part?.Length ?? -1);
            hash.AppendData(length);
            hash.AppendData(part ?? []);
        }

        hash.AppendData(Labels?.Details ?? []);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }
}

/// <summary>The time and the number that a message is kept for.</summary>
/// <param name="Messages">
/// The number of newest messages that the channel keeps, this one among them; 0 keeps not even this one, and drops no
/// other.
/// </param>
/// <param name="TimeToLive">
/// The time after which nobody receives it any more, in whole seconds, rounded up; null for as long as its channel
/// lives.
/// </param>
public sealed record Retention(int Messages, TimeSpan? TimeToLive);
