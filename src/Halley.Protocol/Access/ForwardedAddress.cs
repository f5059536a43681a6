using System.Buffers;
using System.Net;

namespace Halley.Protocol.Access;

/// <summary>Reads one address of those that proxies hand on in X-Forwarded-For.</summary>
internal static class ForwardedAddress
{
    /// <summary>The longest IPv6 address there is in text, with room to spare.</summary>
    public const int MaxBytes = 64;

    private static readonly SearchValues<byte> Characters = SearchValues.Create("0123456789abcdefABCDEF.:"u8);

    /// <summary>An address as a proxy writes it, with or without a port; with one, IPv6 stands in brackets.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out IPAddress address)
    {
        if (entry is [(byte)'[', ..] && entry.IndexOf((byte)']') is var end and > 0)
        {
            var bracketed = entry[1..end];
            address = IPAddress.None;
            return IsPortOrNothing(entry[(end + 1)..])
                && bracketed.Contains((byte)':')
                && TryReadBare(bracketed, out address);
        }

        var colon = entry.IndexOf((byte)':');
        var isIPv4WithPort = colon >= 0 && entry[..colon].Contains((byte)'.') && IsPortOrNothing(entry[colon..]);
        return TryReadBare(isIPv4WithPort ? entry[..colon] : entry, out address);
    }

    /// <summary>An address and nothing else.</summary>
    // Stricter than the base library, which also takes 127.1, hexadecimal and octal numbers, and names of interfaces.
    public static bool TryReadBare(ReadOnlySpan<byte> text, out IPAddress address)
    {
        if (text.Length <= MaxBytes
            && text.IndexOfAnyExcept(Characters) < 0
            && (text.Contains((byte)':') ? IsIPv6End(text[(text.LastIndexOf((byte)':') + 1)..]) : IsIPv4(text))
            && IPAddress.TryParse(text, out var parsed)
            && !parsed.Equals(UnixPeer.Address))
        {
            address = AsIPv4(parsed);
            return true;
        }

        address = IPAddress.None;
        return false;
    }

    /// <summary>IPv4 as such, where a socket or a proxy says it in the form of IPv6.</summary>
    public static IPAddress AsIPv4(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool IsPortOrNothing(ReadOnlySpan<byte> text) =>
        text.IsEmpty
            || (
                text is [(byte)':', .. { Length: > 0 and <= 5 } digits]
                    && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);

    // What follows the last colon may be written as IPv4.
    private static bool IsIPv6End(ReadOnlySpan<byte> text) => !text.Contains((byte)'.') || IsIPv4(text);

    // Four numbers, none with a zero in front: some read those as octal.
    private static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        var numbers = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            var number = text[range];
            if (number.Length is 0 or > 3
                || number is [(byte)'0', _, ..]
                || number.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            {
                return false;
            }

            numbers++;
        }

        return numbers == 4;
    }
}
