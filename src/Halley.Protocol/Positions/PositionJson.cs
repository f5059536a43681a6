using Halley.Channels;

namespace Halley.Protocol.Positions;

/// <summary>
/// A subscriber's position as a JSON object: the same in all dialects, and told from their messages by its type.
/// </summary>
internal static class PositionJson
{
    /// <param name="inScript">Whether it stands in a page's script.</param>
    public static void Write(PositionNotice notice, ChannelIdentity channel, bool inScript, ByteBuffer output)
    {
        WriteStart(TypeOf(notice.Kind), channel, notice.Next, inScript, output);
        if (notice.Kind == PositionNoticeKind.Gap)
        {
            output.Write(",\"from\":"u8);
            output.WriteDecimal(notice.From);
            output.Write(",\"to\":"u8);
            output.WriteDecimal(notice.To);
        }

        if (notice.Kind != PositionNoticeKind.Exact)
        {
            output.Write(",\"reason\":\""u8);
            output.Write(NameOf(notice.Reason));
            output.WriteByte((byte)'"');
        }

        output.Write(",\"count\":"u8);
        output.WriteDecimal(notice.Count);
        output.Write(",\"content\":\"\"}"u8);
    }

    /// <summary>A heartbeat: its number, and the newest message that its subscriber must have heard.</summary>
    /// <param name="next">The offset that the subscriber is to get next.</param>
    public static void WriteHeartbeat(ChannelIdentity channel, int count, long next, bool inScript, ByteBuffer output)
    {
        WriteStart("noop"u8, channel, count, inScript, output);
        output.Write(",\"top\":"u8);
        output.WriteDecimal(next - 1);
        output.Write(",\"content\":\"\"}"u8);
    }

    /// <summary>That the channel was closed, and where.</summary>
    public static void WriteClose(ChannelIdentity channel, long next, bool inScript, ByteBuffer output)
    {
        WriteStart("close"u8, channel, next, inScript, output);
        output.Write(",\"content\":\"\"}"u8);
    }

    // The epoch is text, since numbers in JavaScript have 53 bits.
    private static void WriteStart(
        ReadOnlySpan<byte> type, ChannelIdentity channel, long seq, bool inScript, ByteBuffer output)
    {
        output.Write("{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"cname\":\""u8);
        JsonText.Write(channel.Name, inScript, output);
        output.Write("\",\"seq\":"u8);
        output.WriteDecimal(seq);
        output.Write(",\"epoch\":\""u8);
        output.WriteDecimal(channel.Epoch);
        output.WriteByte((byte)'"');
    }

    private static ReadOnlySpan<byte> TypeOf(PositionNoticeKind kind) => kind switch
    {
        PositionNoticeKind.Exact => "exact"u8,
        PositionNoticeKind.Gap => "gap"u8,
        _ => "reset"u8,
    };

    internal static ReadOnlySpan<byte> NameOf(LossReason reason) => reason switch
    {
        LossReason.Limit => "limit"u8,
        LossReason.Evicted => "evicted"u8,
        LossReason.Expired => "expired"u8,
        LossReason.Cleared => "cleared"u8,
        LossReason.Epoch => "epoch"u8,
        LossReason.Slow => "slow"u8,
        _ => "ahead"u8,
    };
}
