using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Halley.Nodes.Links;

/// <summary>
/// How two nodes show each other that they know the key, without sending it: each makes an HMAC-SHA256 over both sides' random numbers, names and
/// incarnations. What the one side sends is never what the other has to send, so it cannot be sent back.
/// </summary>
internal static class Authentication
{
    /// <summary>Of these frames and of this proof. Another one is refused.</summary>
    public const byte Version = 1;

    public const int NonceBytes = 32;

    /// <summary>What is written on a node's own proof.</summary>
    public static ReadOnlySpan<byte> Dialler => "halley node link 1: who dialled\n"u8;

    public static ReadOnlySpan<byte> Dialled => "halley node link 1: who was dialled\n"u8;

    /// <param name="role">Whose proof it is: <see cref="Dialler"/> or <see cref="Dialled"/>.</param>
    /// <param name="from">Who dialled.</param>
    public static byte[] Prove(ReadOnlySpan<byte> key, ReadOnlySpan<byte> role, in Identity from, in Identity to)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(role);
        Append(hash, from);
        Append(hash, to);
        return hash.GetHashAndReset();
    }

    /// <summary>Whether a proof is right; takes as long for one that is nearly right as for any other.</summary>
    public static bool Verify(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> key, ReadOnlySpan<byte> role, in Identity from, in Identity to) =>
        CryptographicOperations.FixedTimeEquals(proof, Prove(key, role, from, to));

    // With its length before each part: no two pairs of identities make the same text.
    private static void Append(IncrementalHash hash, in Identity identity)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, identity.Incarnation);
        hash.AppendData(number);
        hash.AppendData(identity.Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(number, identity.Name.Length);
        hash.AppendData(number);
        hash.AppendData(identity.Name);
    }

    /// <summary>One side of a link, as it calls itself.</summary>
    /// <param name="nonce">Of <see cref="NonceBytes"/>, chosen anew for each link.</param>
    internal readonly ref struct Identity(ReadOnlySpan<byte> name, long incarnation, ReadOnlySpan<byte> nonce)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public long Incarnation { get; } = incarnation;

        public ReadOnlySpan<byte> Nonce { get; } = nonce;
    }
}
