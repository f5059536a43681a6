using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// The proxies whose word is taken about who asks: addresses and networks. From one of them the field X-Forwarded-For
/// is read from its end, where each proxy adds whom it was asked by: those that are trusted too are passed over, and
/// the first that is not is the client. From anybody else the field says nothing, for anybody can write it. Immutable;
/// any thread.
/// </summary>
/// <remarks>
/// Where all are trusted, the one named first is the client. An entry that is no address ends the reading, and so does
/// a chain that is too long: the proxy that said so counts, whose own address was the last to be read. Empty entries
/// count for nothing; a port is left out.
/// </remarks>
public sealed class TrustedProxies
{
    /// <summary>No request passes more proxies; one that says so is not read to its end.</summary>
    public const int MaxHops = 32;

    private readonly IPNetwork[] _networks;

    /// <param name="networks">As <see cref="TryParse"/> gives them.</param>
    public TrustedProxies(IEnumerable<IPNetwork> networks) => _networks = [.. networks];

    /// <summary>Nobody is trusted.</summary>
    public static TrustedProxies None { get; } = new([]);

    /// <summary>Whether nobody is trusted, so that whoever is at the other end of a connection is the client.</summary>
    public bool AreNone => _networks.Length == 0;

    /// <summary>
    /// The networks that operators write: <c>127.0.0.1</c>, <c>10.0.0.0/8</c>, <c>fd00::/8</c>, <c>unix:</c>.
    /// </summary>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static TrustedProxies Of(IEnumerable<string> networks) => new(
        networks.Select(
            text => TryParse(text, out var network)
                ? network
                : throw new FormatException($"\"{text}\" is neither an address nor a network")));

    /// <summary>
    /// An address, <c>unix:</c> for who comes by a Unix socket, or a network with nothing set behind its prefix. IPv4
    /// in the form of IPv6 is IPv4.
    /// </summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        if (text == UnixPeer.Name)
        {
            network = new IPNetwork(UnixPeer.Address, 128);
            return true;
        }

        var slash = text.IndexOf('/');
        Span<byte> utf8 = stackalloc byte[ForwardedAddress.MaxBytes];
        if (!Encoding.UTF8.TryGetBytes(slash < 0 ? text : text.AsSpan(0, slash), utf8, out var length)
            || !ForwardedAddress.TryReadBare(utf8[..length], out var address))
        {
            return false;
        }

        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        var most = isIPv4 ? 32 : 128;
        if (slash < 0)
        {
            network = new IPNetwork(address, most);
            return true;
        }

        var digits = text.AsSpan(slash + 1);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            || digits is ['0', _, ..])
        {
            return false;
        }

        // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
        bits -= isIPv4 && text.Contains(':', StringComparison.Ordinal) ? 96 : 0;
        if (bits < 0 || bits > most || HasBitsBehind(address, bits))
        {
            return false;
        }

        network = new IPNetwork(address, bits);
        return true;
    }

    private static bool HasBitsBehind(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the other end of a connection is such a proxy.</summary>
    public bool Include(IPAddress peer) => !AreNone && Trusts(ForwardedAddress.AsIPv4(peer));

    /// <summary>Finds the address of the client that asks.</summary>
    /// <param name="peer">The other end of the connection.</param>
    public IPAddress ClientOf(in RequestHead head, IPAddress peer)
    {
        if (AreNone)
        {
            return peer;
        }

        var client = ForwardedAddress.AsIPv4(peer);
        var position = head.Fields.Length;
        var hops = 0;
        while (Trusts(client) && head.TryPreviousField("X-Forwarded-For"u8, ref position, out var list))
        {
            while (Trusts(client) && TakeLast(ref list) is { IsEmpty: false } entry)
            {
                if (++hops > MaxHops || !ForwardedAddress.TryRead(entry, out var named))
                {
                    return client;
                }

                client = named;
            }
        }

        return client;
    }

    /// <summary>Whether a proxy is trusted that is at the other end of a connection.</summary>
    public bool Trusts(IPAddress address)
    {
        address = ForwardedAddress.AsIPv4(address);
        foreach (var network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    // The last entry that is not empty; empty where there is none.
    private static ReadOnlySpan<byte> TakeLast(ref ReadOnlySpan<byte> list)
    {
        list = list.TrimEnd(", \t"u8);
        var start = list.LastIndexOf((byte)',') + 1;
        var entry = list[start..].TrimStart(" \t"u8);
        list = list[..start];
        return entry;
    }
}
