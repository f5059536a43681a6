using System.Buffers;
using System.Buffers.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// A host, and a port where one is given, as the field Host and an absolute target have them (RFC 3986, 3.2); without a
/// user.
/// </summary>
public readonly ref struct Authority
{
    private const int MaxPortDigits = 5;

    // RFC 3986, 3.2.2: unreserved and sub-delims.
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;="u8);

    private static readonly SearchValues<byte> IPv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    private Authority(ReadOnlySpan<byte> host, int? port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>A name or an address; an IPv6 address in its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>Null where there is none, and where nothing stands behind its colon.</summary>
    public int? Port { get; }

    /// <returns>False where this is none: where the host is empty, too.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out Authority authority)
    {
        authority = default;
        var end = text is [(byte)'[', ..] ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        end = end < 0 ? text.Length : end;
        var host = text[..end];
        if (!(host is [(byte)'[', ..] ? IsIPv6(host) : IsName(host)) || !TryReadPort(text[end..], out var port))
        {
            return false;
        }

        authority = new Authority(host, port);
        return true;
    }

    private static bool IsIPv6(ReadOnlySpan<byte> host) =>
        host.Length > 3 && !host[1..^1].ContainsAnyExcept(IPv6Bytes) && host.Contains((byte)':');

    private static bool IsName(ReadOnlySpan<byte> host)
    {
        if (host.IsEmpty)
        {
            return false;
        }

        for (var rest = host; rest.IndexOfAnyExcept(NameBytes) is var other and >= 0; rest = rest[(other + 3)..])
        {
            if (!UrlEncoding.IsEncodedByte(rest[other..]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadPort(ReadOnlySpan<byte> text, out int? port)
    {
        port = null;
        if (text is [] or [(byte)':'])
        {
            return true;
        }

        var digits = text[1..];
        if (text[0] != ':'
            || digits.Length > MaxPortDigits
            || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(digits, out int number, out _)
            || number > ushort.MaxValue)
        {
            return false;
        }

        port = number;
        return true;
    }
}
