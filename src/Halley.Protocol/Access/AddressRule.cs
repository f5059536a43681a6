using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Halley.Protocol.Access;

/// <summary>
/// Addresses that one line of <c>allow</c> or <c>deny</c> names: <c>all</c> or <c>*</c>; an address in any spelling; a
/// network (<c>10.0.0.0/8</c>); or the first numbers of an address, each of them whole (<c>192.168</c> or
/// <c>192.168.</c> is 192.168.0.0/16, <c>fd00:</c> is fd00::/16). The default value names nobody. Immutable.
/// </summary>
public readonly record struct AddressRule
{
    private const int IPv4Numbers = 4;
    private const int IPv6Numbers = 8;

    private readonly Extent _extent;
    private readonly IPNetwork _network;

    private AddressRule(Extent extent, IPNetwork network = default)
    {
        _extent = extent;
        _network = network;
    }

    private enum Extent
    {
        Nobody,
        Network,

        /// <summary>Every address, as a specific rule: an empty line of an icomet.conf.</summary>
        Every,
        All,
    }

    /// <summary>Names every address, and gives way to all rules but its like.</summary>
    public static AddressRule All { get; } = new(Extent.All);

    /// <summary>Names every address, and gives way to no other.</summary>
    public static AddressRule Every { get; } = new(Extent.Every);

    public bool IsAll => _extent == Extent.All;

    /// <param name="text">
    /// As an operator wrote it. Names of interfaces behind a %, parts of numbers, and bits behind a network's prefix
    /// are refused.
    /// </param>
    public static bool TryParse(string text, out AddressRule rule)
    {
        if (text is "all" or "*")
        {
            rule = All;
            return true;
        }

        var isNetwork = TrustedProxies.TryParse(text, out var network) || TryParseBeginning(text, out network);
        rule = isNetwork ? new AddressRule(Extent.Network, network) : default;
        return isNetwork;
    }

    /// <param name="address">IPv4 as such, not in the form of IPv6.</param>
    public bool Names(IPAddress address) => _extent switch
    {
        Extent.Network => _network.Contains(address),
        Extent.Every or Extent.All => true,
        _ => false,
    };

    /// <summary>The network, for messages; empty where it is none.</summary>
    public override string ToString() => _extent == Extent.Network ? _network.ToString() : "";

    private static bool TryParseBeginning(string text, out IPNetwork network)
    {
        var isIPv6 = text.Contains(':', StringComparison.Ordinal);
        var (separator, all, bits) = isIPv6 ? (':', IPv6Numbers, 16) : ('.', IPv4Numbers, 8);
        var numbers = (text.EndsWith(separator) ? text[..^1] : text).Split(separator);
        Span<byte> bytes = stackalloc byte[isIPv6 ? 16 : 4];
        bytes.Clear();
        network = default;
        if (numbers.Length >= all)
        {
            return false;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (!TryWriteNumber(numbers[i], isIPv6, bytes[(i * bits / 8)..]))
            {
                return false;
            }
        }

        network = new IPNetwork(new IPAddress(bytes), numbers.Length * bits);
        return true;
    }

    private static bool TryWriteNumber(string digits, bool isIPv6, Span<byte> bytes)
    {
        if (isIPv6)
        {
            var isGroup = ushort.TryParse(
                digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)
                && digits.Length <= 4;
            BinaryPrimitives.WriteUInt16BigEndian(bytes, group);
            return isGroup;
        }

        // A zero in front makes it octal to some.
        return byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[0])
            && digits is "0" or [not '0', ..];
    }
}
