using System.Buffers.Text;
using System.Globalization;
using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// A message's id as nchan writes it: <c>seconds:tag</c>. Here a tag is given once a second over all channels, so one
/// id is a place in each of them.
/// </summary>
internal static class MessageId
{
    public static void Write(MessageStamp stamp, ByteBuffer output)
    {
        output.WriteDecimal(stamp.Time);
        output.WriteByte((byte)':');
        output.WriteDecimal(stamp.Tag);
    }

    public static string ToText(MessageStamp stamp) =>
        string.Create(CultureInfo.InvariantCulture, $"{stamp.Time}:{stamp.Tag}");

    /// <summary>
    /// Reads an id; a tag may be left out, and then counts as 0: better a message twice than one not at all.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out MessageStamp stamp)
    {
        stamp = default;
        var colon = text.IndexOf((byte)':');
        var seconds = colon < 0 ? text : text[..colon];
        if (!IsNumber(seconds, out var time) || time > uint.MaxValue)
        {
            return false;
        }

        long tag = 0;
        if (colon >= 0 && !TryParseTag(text[(colon + 1)..], out tag))
        {
            return false;
        }

        stamp = new MessageStamp(time, (int)Math.Min(tag, int.MaxValue));
        return true;
    }

    /// <summary>
    /// Reads what a subscriber has seen last: If-Modified-Since with If-None-Match, else a whole id in If-None-Match or
    /// Last-Event-Id, else in the query. What cannot be read counts as not said, as in nchan.
    /// </summary>
    /// <param name="first">What who says nothing wants.</param>
    public static Replay ReplayFor(in RoutedRequest request, in Replay first)
    {
        var tagged = request.Request.Field("If-None-Match"u8);
        if (HttpDate.TryParse(request.Request.Field("If-Modified-Since"u8), out var time))
        {
            return Replay.After(
                Math.Max(0, time), TryParseTag(tagged, out var tag) ? (int)Math.Min(tag, int.MaxValue) : 0);
        }

        if ((tagged.Contains((byte)':') && TryParse(tagged, out var stamp))
            || TryParse(request.Request.Field("Last-Event-Id"u8), out stamp)
            || TryParse(LastEventId.InQuery(request.Request), out stamp))
        {
            return Replay.After(stamp.Time, stamp.Tag);
        }

        return first;
    }

    // As we send it, W/"3"; as nchan does, 3, and for several channels -,[3]; as clients make one id of it, and as
    // proxies that compress do, W/"3-gzip".
    private static bool TryParseTag(ReadOnlySpan<byte> text, out long tag)
    {
        text = text.StartsWith("W/"u8) ? text[2..] : text;
        text = text[(text.IndexOf((byte)'[') + 1)..].TrimStart((byte)'"');
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return IsNumber(digits < 0 ? text : text[..digits], out tag)
            && (digits < 0 || text[digits] is (byte)'"' or (byte)'-' or (byte)';' or (byte)']' or (byte)',');
    }

    private static bool IsNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var used)
            && used == text.Length
            && number >= 0
            && text[0] is not ((byte)'+' or (byte)'-');
}
