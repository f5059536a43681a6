using System.Text;

namespace Halley.Protocol.Http;

/// <summary>Percent-encoding. A percent sign without two hexadecimal digits stands for itself.</summary>
public static class UrlEncoding
{
    /// <summary>Whether decoding would change anything.</summary>
    /// <param name="plusIsSpace">In queries and forms it is; in paths it is not.</param>
    public static bool IsEncoded(ReadOnlySpan<byte> text, bool plusIsSpace) =>
        plusIsSpace ? text.ContainsAny((byte)'%', (byte)'+') : text.Contains((byte)'%');

    /// <summary>Whether each percent sign has its two digits.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            if (!TryDecodeByte(text[at..], out _))
            {
                return false;
            }

            text = text[(at + 3)..];
        }

        return true;
    }

    /// <summary>Whether a text begins with a percent sign and its two digits.</summary>
    internal static bool IsEncodedByte(ReadOnlySpan<byte> text) =>
        text is [(byte)'%', ..] && TryDecodeByte(text, out _);

    /// <summary>Decodes into an array of its own.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> text, bool plusIsSpace)
    {
        if (!IsEncoded(text, plusIsSpace))
        {
            return text.ToArray();
        }

        var decoded = new byte[DecodedLength(text)];
        var to = 0;
        for (var from = 0; from < text.Length; from++)
        {
            decoded[to++] = text[from] switch
            {
                (byte)'%' when TryDecodeByte(text[from..], out var value) => SkipDigits(ref from, value),
                (byte)'+' when plusIsSpace => (byte)' ',
                var other => other,
            };
        }

        return decoded;
    }

    /// <summary>
    /// Encodes every byte but letters, digits and <c>-._~</c>, so that it can stand as one value anywhere in a path or
    /// a query.
    /// </summary>
    public static void Encode(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        foreach (var value in text)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                output.WriteByte(value);
            }
            else
            {
                EncodeByte(value, output);
            }
        }
    }

    /// <summary>The same as text.</summary>
    public static string Encode(ReadOnlySpan<byte> text)
    {
        var output = new ByteBuffer();
        Encode(text, output);
        return Encoding.ASCII.GetString(output.Written);
    }

    /// <summary>Writes one byte as a percent sign and two digits.</summary>
    internal static void EncodeByte(byte value, ByteBuffer output)
    {
        output.WriteByte((byte)'%');
        output.WriteByte(HexDigits[value >> 4]);
        output.WriteByte(HexDigits[value & 15]);
    }

    private static ReadOnlySpan<byte> HexDigits => "0123456789ABCDEF"u8;

    private static int DecodedLength(ReadOnlySpan<byte> text)
    {
        var length = text.Length;
        for (var i = text.IndexOf((byte)'%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] == '%' && TryDecodeByte(text[i..], out _))
            {
                length -= 2;
                i += 2;
            }
        }

        return length;
    }

    private static byte SkipDigits(ref int from, byte value)
    {
        from += 2;
        return value;
    }

    private static bool TryDecodeByte(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2]))
        {
            return false;
        }

        value = (byte)((HexValue(text[1]) << 4) | HexValue(text[2]));
        return true;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
