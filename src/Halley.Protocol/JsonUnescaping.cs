using System.Buffers.Text;
using System.Text;

namespace Halley.Protocol;

/// <summary>
/// Reads the inside of a JSON string. The base library's reader throws at half of a surrogate pair, which any client
/// may send; here that is U+FFFD.
/// </summary>
internal static class JsonUnescaping
{
    private const int LengthOfUnicode = 6;

    /// <summary>The length of the escape at the front of a text, which begins with a backslash; 0 for none.</summary>
    public static int LengthOfEscape(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'\\', (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r'
            or (byte)'t', ..] => 2,
        _ when UnitOf(text) >= 0 => LengthOfUnicode,
        _ => 0,
    };

    /// <summary>Writes what a text means. A backslash that begins no escape stands for itself.</summary>
    public static void Write(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        while (text.IndexOf((byte)'\\') is var plain and >= 0)
        {
            output.Write(text[..plain]);
            text = text[plain..];
            text = LengthOfEscape(text) switch
            {
                0 => WriteByte((byte)'\\', text[1..], output),
                2 => WriteByte(Meaning(text[1]), text[2..], output),
                _ => WriteUnicode(text, output),
            };
        }

        output.Write(text);
    }

    private static byte Meaning(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };

    private static ReadOnlySpan<byte> WriteByte(byte value, ReadOnlySpan<byte> rest, ByteBuffer output)
    {
        output.WriteByte(value);
        return rest;
    }

    private static ReadOnlySpan<byte> WriteUnicode(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        var first = (char)UnitOf(text);
        var rest = text[LengthOfUnicode..];
        var second = UnitOf(rest);
        if (second >= 0 && Rune.TryCreate(first, (char)second, out var rune))
        {
            rest = rest[LengthOfUnicode..];
        }
        else if (!Rune.TryCreate(first, out rune))
        {
            rune = Rune.ReplacementChar;
        }

        output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
        return rest;
    }

    // The UTF-16 unit of a \uXXXX at the front; -1 where there is none.
    private static int UnitOf(ReadOnlySpan<byte> text) =>
        text.Length >= LengthOfUnicode
            && text.StartsWith("\\u"u8)
            && Utf8Parser.TryParse(text[2..LengthOfUnicode], out ushort unit, out var taken, 'x')
            && taken == LengthOfUnicode - 2
            ? unit
            : -1;
}
