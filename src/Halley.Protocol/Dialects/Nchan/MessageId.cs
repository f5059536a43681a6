using System.Buffers.Text;
using System.Globalization;
using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>A message's id as nchan writes it: <c>seconds:tag</c>. Here a tag is given once a second over all channels, so one id is a place in each of them.</summary>
internal static class MessageId
{
    public static void Write(MessageStamp stamp, ByteBuffer output)
    {
        output.WriteDecimal(stamp.Time);
        output.WriteByte((byte)':');
        output.WriteDecimal(stamp.Tag);
    }

    public static string ToText(MessageStamp stamp) => string.Create(CultureInfo.InvariantCulture, $"{stamp.Time}:{stamp.Tag}");

    /// <summary>Reads an id; a tag may be left out, and then counts as 0: better a message twice than one not at all.</summary>
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
        if (colon >= 0 && !IsNumber(text[(colon + 1)..], out tag))
        {
            return false;
        }

        stamp = new MessageStamp(time, (int)Math.Min(tag, int.MaxValue));
        return true;
    }

    /// <summary>
    /// What a subscriber has seen last: If-Modified-Since with If-None-Match, else Last-Event-Id, else the argument last_event_id. What cannot be read
    /// counts as not said, as in nchan.
    /// </summary>
    /// <param name="first">What who says nothing wants.</param>
    public static Replay ReplayFor(in RoutedRequest request, in Replay first)
    {
        if (HttpDate.TryParse(request.Request.Field("If-Modified-Since"u8), out var time))
        {
            return Replay.After(Math.Max(0, time), Tag(request.Request.Field("If-None-Match"u8)));
        }

        if (TryParse(request.Request.Field("Last-Event-Id"u8), out var stamp)
            || TryParse(UrlEncoding.Decode(request.Argument("last_event_id"u8), plusIsSpace: false), out stamp))
        {
            return Replay.After(stamp.Time, stamp.Tag);
        }

        return first;
    }

    // Unquoted as nchan sends it; proxies and libraries may have made W/"3" of it.
    private static int Tag(ReadOnlySpan<byte> text)
    {
        text = text.StartsWith("W/"u8) ? text[2..] : text;
        text = text.Trim("\""u8);
        return IsNumber(text, out var tag) ? (int)Math.Min(tag, int.MaxValue) : 0;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && number >= 0 && text[0] is not ((byte)'+' or (byte)'-');
}
