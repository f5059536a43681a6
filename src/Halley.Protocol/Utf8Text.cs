using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Halley.Protocol;

/// <summary>
/// Makes text of bytes that need not be UTF-8: what publishers send and channels are called is any bytes. Browsers end a WebSocket at the first text
/// message that is not UTF-8, and strict readers of JSON give up.
/// </summary>
public static class Utf8Text
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>
    /// Puts U+FFFD in the place of what is not UTF-8 in what was written from a place on: one for each longest beginning of a character, as browsers
    /// decode it (Unicode 15, 3.9, D93b; the Encoding Standard of WHATWG). What is UTF-8 is looked at, at some 20 GB/s, and left as it is.
    /// </summary>
    public static void Mend(ByteBuffer output, int from)
    {
        if (!Utf8.IsValid(output.Span(from)))
        {
            Replace(output, from);
        }
    }

    private static void Replace(ByteBuffer output, int from)
    {
        byte[] broken = output.Span(from).ToArray();
        output.Remove(from, broken.Length);
        for (var rest = broken.AsSpan(); !rest.IsEmpty;)
        {
            var whole = WholeAtFront(rest);
            output.Write(rest[..whole]);
            rest = rest[whole..];
            if (!rest.IsEmpty)
            {
                Rune.DecodeFromUtf8(rest, out _, out var taken);
                output.Write(Replacement);
                rest = rest[taken..];
            }
        }
    }

    private static int WholeAtFront(ReadOnlySpan<byte> text)
    {
        var whole = 0;
        while (whole < text.Length && Rune.DecodeFromUtf8(text[whole..], out _, out var taken) == OperationStatus.Done)
        {
            whole += taken;
        }

        return whole;
    }
}
