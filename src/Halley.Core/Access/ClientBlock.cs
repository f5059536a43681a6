using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Halley.Access;

/// <summary>
/// The addresses that count as one client where each client has a share: an IPv4 address, also one in the form of IPv6;
/// of IPv6 the first 64 bits, since a single machine has all that follow.
/// </summary>
public readonly record struct ClientBlock
{
    // No IPv6 network begins so: 0000:0001::/32 and 0000:0002::/32 are not given out. Nobody's block is 0, and ::1 is
    // somebody's.
    private const ulong IPv4 = 1UL << 32;
    private const ulong Zeros = 2UL << 32;

    private readonly ulong _bits;

    private ClientBlock(ulong bits) => _bits = bits;

    /// <summary>The block as a number, for a link to another process.</summary>
    public long Number => (long)_bits;

    public static ClientBlock FromNumber(long number) => new((ulong)number);

    public static ClientBlock Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        _ = plain.TryWriteBytes(bytes, out _);
        return new ClientBlock(plain.AddressFamily == AddressFamily.InterNetwork
            ? IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes) is var network and > 0 ? network : Zeros);
    }
}
