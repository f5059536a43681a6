using System.Buffers;

namespace Halley.Protocol;

/// <summary>Writes bytes as the inside of a JSON string. What is no UTF-8 is mended: no JSON parser takes it.</summary>
public static class JsonText
{
    // The line and paragraph separators U+2028 and U+2029 in UTF-8, up to their last byte: line ends to old script
    // engines.
    private const byte SeparatorLead = 0xE2;

    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Controls, (byte)'"', (byte)'\\']);
    private static readonly SearchValues<byte> SpecialInScript =
        SearchValues.Create([.. Controls, (byte)'"', (byte)'\\', (byte)'<', SeparatorLead]);

    /// <summary>Escapes text.</summary>
    /// <param name="inScript">
    /// Whether the string will stand in a script or a page: then <c>&lt;</c>, which could end the one or change the
    /// other, is escaped too, and so is what an old script engine takes for a line end.
    /// </param>
    public static void Write(ReadOnlySpan<byte> text, bool inScript, ByteBuffer output) =>
        Write(Utf8Text.Mend(text), inScript, isEscaped: false, output);

    /// <summary>
    /// Passes on what is the inside of a JSON string already, and mends what would break it: a quotation mark, a
    /// control character, a backslash that begins no escape. Half of a surrogate pair is none: many parsers refuse it.
    /// </summary>
    public static void WriteEscaped(ReadOnlySpan<byte> text, bool inScript, ByteBuffer output) =>
        Write(Utf8Text.Mend(text), inScript, isEscaped: true, output);

    /// <summary>Writes a message's payload as the inside of a JSON string, whether or not it came as that.</summary>
    public static void Write(Message message, bool inScript, ByteBuffer output) => Write(
        Utf8Text.Mend(message.Payload), inScript, message.Traits.HasFlag(MessageTraits.JsonEscaped), output);

    private static IEnumerable<byte> Controls => Enumerable.Range(0, 0x20).Select(value => (byte)value);

    private static void Write(ReadOnlySpan<byte> text, bool inScript, bool isEscaped, ByteBuffer output)
    {
        var special = inScript ? SpecialInScript : Special;
        while (true)
        {
            var plain = text.IndexOfAny(special);
            if (plain < 0)
            {
                output.Write(text);
                return;
            }

            output.Write(text[..plain]);
            text = text[plain..];
            var taken = isEscaped ? EscapeLength(text) : 0;
            if (taken > 0)
            {
                output.Write(text[..taken]);
                text = text[taken..];
                continue;
            }

            text = text[WriteSpecial(text, output)..];
        }
    }

    // The length of a valid escape at the front, a surrogate pair counting as one, or 0.
    private static int EscapeLength(ReadOnlySpan<byte> text) => text switch
    {
        _ when IsSurrogate(text, "89abAB"u8) => text.Length > 6 && IsSurrogate(text[6..], "cdefCDEF"u8) ? 12 : 0,
        _ when IsSurrogate(text, "cdefCDEF"u8) => 0,
        [(byte)'\\', (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r'
            or (byte)'t', ..] => 2,
        [(byte)'\\', (byte)'u', var a, var b, var c, var d, ..] when IsHex(a) && IsHex(b) && IsHex(c) && IsHex(d) => 6,
        _ => 0,
    };

    // Whether an escape stands at the front for half of a pair; the digit after d says which half.
    private static bool IsSurrogate(ReadOnlySpan<byte> text, ReadOnlySpan<byte> half) => text is
        [(byte)'\\', (byte)'u', (byte)'d' or (byte)'D', var digit, var c, var d, ..]
            && half.Contains(digit)
            && IsHex(c)
            && IsHex(d);

    private static bool IsHex(byte value) => char.IsAsciiHexDigit((char)value);

    // Writes one special byte, or one separator; returns how many bytes that took of the text.
    private static int WriteSpecial(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        switch (text[0])
        {
            case (byte)'"':
                output.Write("\\\""u8);
                return 1;
            case (byte)'\\':
                output.Write("\\\\"u8);
                return 1;
            case (byte)'\n':
                output.Write("\\n"u8);
                return 1;
            case (byte)'\r':
                output.Write("\\r"u8);
                return 1;
            case (byte)'\t':
                output.Write("\\t"u8);
                return 1;
            case SeparatorLead when text is [_, 0x80, 0xA8 or 0xA9, ..]:
                output.Write(text[2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
                return 3;
            case SeparatorLead:
                output.WriteByte(SeparatorLead);
                return 1;
            default:
                output.Write("\\u00"u8);
                output.WriteByte((byte)"0123456789abcdef"[text[0] >> 4]);
                output.WriteByte((byte)"0123456789abcdef"[text[0] & 0xF]);
                return 1;
        }
    }
}
