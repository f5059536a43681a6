using System.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// The parameters of a request as iComet reads them: from the query, and for POST from the body first, whatever its
/// type; so not for a request whose body is the message. Names are compared without case and not decoded; the first of
/// two equal names wins; what has no <c>=</c> is no parameter.
/// </summary>
public readonly ref struct Parameters
{
    private readonly ReadOnlySpan<byte> _query;
    private readonly ReadOnlySpan<byte> _form;

    public Parameters(in HttpRequest request)
    {
        _query = request.Query;
        _form = request.Method == RequestMethod.Post ? request.Body : default;
    }

    public bool Has(ReadOnlySpan<byte> name) => TryFind(name, out _);

    /// <summary>The value, decoded; empty where the parameter is missing.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> name) =>
        TryFind(name, out var value) && UrlEncoding.IsEncoded(value, plusIsSpace: true)
            ? UrlEncoding.Decode(value, plusIsSpace: true)
            : value;

    /// <summary>The value, decoded, in an array of its own; empty where the parameter is missing.</summary>
    public byte[] Bytes(ReadOnlySpan<byte> name) =>
        TryFind(name, out var value) ? UrlEncoding.Decode(value, plusIsSpace: true) : [];

    /// <summary>
    /// The value as a whole number: its leading digits count, the rest is ignored, no digits are 0; clamped to 64 bits.
    /// </summary>
    public long Number(ReadOnlySpan<byte> name)
    {
        var text = Text(name).TrimStart(" \t\r\n"u8);
        var isNegative = text is [(byte)'-', ..];
        if (text is [(byte)'-' or (byte)'+', ..])
        {
            text = text[1..];
        }

        long number = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                break;
            }

            var value = digit - '0';
            if (number > (long.MaxValue - value) / 10)
            {
                return isNegative ? long.MinValue : long.MaxValue;
            }

            number = (number * 10) + value;
        }

        return isNegative ? -number : number;
    }

    private bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        TryFind(_form, name, out value) || TryFind(_query, name, out value);

    /// <summary>Finds a value in a query or a form, as it stands there.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'&');
            var piece = text[..(end < 0 ? text.Length : end)];
            if (piece.Length > name.Length
                && piece[name.Length] == '='
                && Ascii.EqualsIgnoreCase(piece[..name.Length], name))
            {
                value = piece[(name.Length + 1)..];
                return true;
            }

            text = text[(end < 0 ? text.Length : end + 1)..];
        }

        value = default;
        return false;
    }
}
