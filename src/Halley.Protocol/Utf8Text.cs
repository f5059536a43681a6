using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Halley.Protocol;

/// <summary>
/// Bytes of strangers as text that every parser takes: names and messages may be any bytes, and most formats are UTF-8
/// alone.
/// </summary>
public static class Utf8Text
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>
    /// The text itself where it is valid UTF-8; else a copy with U+FFFD for each sequence that is none, cut as browsers
    /// cut them.
    /// </summary>
    public static ReadOnlySpan<byte> Mend(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return text;
        }

        var mended = new ByteBuffer(text.Length + Replacement.Length);
        while (!text.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(text, out _, out var length) == OperationStatus.Done;
            mended.Write(isValid ? text[..length] : Replacement);
            text = text[length..];
        }

        return mended.Written;
    }

    /// <summary>
    /// The same for what was written from a place on. What is UTF-8 is looked at, at some 20 GB/s, and left where it
    /// is.
    /// </summary>
    public static void Mend(ByteBuffer output, int from)
    {
        var text = output.Span(from);
        if (!Utf8.IsValid(text))
        {
            byte[] mended = Mend(text).ToArray();
            output.Remove(from, text.Length);
            output.Write(mended);
        }
    }
}
