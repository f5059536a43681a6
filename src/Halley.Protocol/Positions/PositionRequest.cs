using System.Buffers.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Positions;

/// <summary>
/// The request of a subscriber of any dialect to be told where it stands: by the parameter <c>epoch</c>, whatever its
/// value, with the offset that it wants next in <c>seq</c>. Where it also sends the id of the last event, as browsers
/// do when they come back, that is newer and wins. A subscriber that does not ask hears what the original's clients
/// hear.
/// </summary>
internal static class PositionRequest
{
    public const string WrongSeq = "Beside epoch, seq must be a number: that of the message that is wanted next.";

    // No stream has it: a place whose epoch cannot be read is void everywhere.
    private const long NoStreams = -1;

    /// <returns>False where it does not ask.</returns>
    public static bool TryRead(in HttpRequest request, in Parameters parameters, out StreamPosition place)
    {
        place = default;
        if (!parameters.Has("epoch"u8))
        {
            return false;
        }

        if (TryReadEventId(request.Field("Last-Event-ID"u8), out place)
            || TryReadEventId(LastEventId.InQuery(request), out place))
        {
            return true;
        }

        var text = parameters.Text("epoch"u8);
        var epoch = text.IsEmpty ? 0 : TryReadNumber(text, out var number) ? number : NoStreams;
        place = new StreamPosition(epoch, Math.Max(0, parameters.Number("seq"u8)));
        return true;
    }

    /// <summary>
    /// Whether <c>seq</c> is a number, or missing: whoever asks for a place is not given another one instead.
    /// </summary>
    public static bool HasRightSeq(in Parameters parameters)
    {
        var text = parameters.Text("seq"u8).Trim(" \t\r\n"u8);
        var digits = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text;
        return text.IsEmpty || (!digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    // EPOCH:OFFSET, of what was heard last.
    private static bool TryReadEventId(ReadOnlySpan<byte> id, out StreamPosition place)
    {
        place = default;
        var colon = id.IndexOf((byte)':');
        if (colon < 0
            || !TryReadNumber(id[..colon], out var epoch)
            || !TryReadNumber(id[(colon + 1)..], out var offset)
            || offset == long.MaxValue)
        {
            return false;
        }

        place = new StreamPosition(epoch, offset + 1);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var read) && read == text.Length && number >= 0;
}
