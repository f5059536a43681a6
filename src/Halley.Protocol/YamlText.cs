using System.Buffers;
using System.Text;

namespace Halley.Protocol;

/// <summary>Writes bytes as a scalar of YAML that every reader takes for text.</summary>
internal static class YamlText
{
    // What may stand in a plain scalar wherever it stands; a text with anything else is put into quotation marks.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./+=@$~%()"u8);

    // What may begin one: what begins with a digit or a sign may be read as a number or a date.
    private static readonly SearchValues<byte> First =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/$("u8);

    // The words that YAML 1.1 or 1.2 reads as something other than text, in any case.
    private static readonly string[] Words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

    public static void Write(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        if (IsPlain(text))
        {
            output.Write(text);
            return;
        }

        output.WriteByte((byte)'"');
        WriteQuoted(Utf8Text.Mend(text), output);
        output.WriteByte((byte)'"');
    }

    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && First.Contains(text[0]) && !text.ContainsAnyExcept(Plain) && !IsWord(text);

    private static bool IsWord(ReadOnlySpan<byte> text)
    {
        foreach (var word in Words)
        {
            if (Ascii.EqualsIgnoreCase(text, word))
            {
                return true;
            }
        }

        return false;
    }

    // As in JSON, but that YAML takes fewer characters as they are: not these controls, line ends of Unicode, the byte
    // order mark and what is no character.
    private static void WriteQuoted(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (rune.Value is (>= 0x7F and < 0xA0) or 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF)
            {
                Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}", output);
            }
            else
            {
                JsonText.Write(text[..length], inScript: false, output);
            }

            text = text[length..];
        }
    }
}
