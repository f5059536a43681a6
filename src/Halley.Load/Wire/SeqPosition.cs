using System.Buffers.Text;

namespace Halley.Load.Wire;

/// <summary>Reads the position to resume from out of the objects around an iComet subscriber's messages.</summary>
internal static class SeqPosition
{
    /// <summary>The position after what this text says: a message's number and one, or what a next_seq says.</summary>
    /// <param name="text">What lies between two payloads, or after the last.</param>
    /// <param name="isBeforePayload">Whether a payload follows, whose object this text begins.</param>
    public static long After(ReadOnlySpan<byte> text, bool isBeforePayload, long position)
    {
        var notice = text.LastIndexOf("\"next_seq\""u8);
        if (notice >= 0 && TryReadSeq(text[notice..], out var next))
        {
            position = next;
        }

        if (isBeforePayload)
        {
            var start = text.LastIndexOf("\"type\":\"data\""u8);
            if (start > notice && TryReadSeq(text[start..], out var seq))
            {
                position = seq + 1;
            }
        }

        return position;
    }

    private static bool TryReadSeq(ReadOnlySpan<byte> text, out long seq)
    {
        var key = text.IndexOf("\"seq\":"u8);
        seq = 0;
        return key >= 0 && Utf8Parser.TryParse(text[(key + 6)..], out seq, out _);
    }
}
