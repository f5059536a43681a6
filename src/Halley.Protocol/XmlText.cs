using System.Text;

namespace Halley.Protocol;

/// <summary>Writes bytes as the text of an XML element. What XML has no word for becomes U+FFFD.</summary>
internal static class XmlText
{
    /// <summary>Whether parsers leave it out where nothing is said about its white space.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(" \t\r\n"u8);

    public static void Write(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        text = Utf8Text.Mend(text);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            output.Write(rune.Value switch
            {
                '<' => "&lt;"u8,
                '>' => "&gt;"u8,
                '&' => "&amp;"u8,
                '"' => "&quot;"u8,
                '\t' => "&#9;"u8,
                '\n' => "&#10;"u8,
                '\r' => "&#13;"u8,

                // XML has no word for the other control characters, nor for these two, not even a number.
                < 0x20 or 0xFFFE or 0xFFFF => "&#xFFFD;"u8,
                _ => text[..length],
            });
            text = text[length..];
        }
    }
}
