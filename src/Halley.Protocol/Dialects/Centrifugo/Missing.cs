using Halley.Channels;
using Halley.Protocol.Positions;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The losses of a client that came back, for the data of its subscription:
/// <c>{"missing":[{"from":43,"to":57,"reason":"evicted"}]}</c>. Where its place means nothing, there is a reason alone.
/// </summary>
internal static class Missing
{
    /// <returns>Null where nothing is missing.</returns>
    public static byte[]? Of(StreamPosition asked, in AttachResult attached)
    {
        ByteBuffer? output = null;
        foreach (var step in Resumption.Steps(asked, attached))
        {
            if (step.Message is null && step.Notice.Kind != PositionNoticeKind.Exact)
            {
                output ??= new ByteBuffer();
                output.Write(output.Length == 0 ? "{\"missing\":[{"u8 : ",{"u8);
                Write(step.Notice, output);
            }
        }

        output?.Write("]}"u8);
        return output?.Written.ToArray();
    }

    private static void Write(in PositionNotice notice, ByteBuffer output)
    {
        if (notice.Kind == PositionNoticeKind.Gap)
        {
            output.Write("\"from\":"u8);
            output.WriteDecimal(notice.From);
            output.Write(",\"to\":"u8);
            output.WriteDecimal(notice.To);
            output.WriteByte((byte)',');
        }

        output.Write("\"reason\":\""u8);
        output.Write(PositionJson.NameOf(notice.Reason));
        output.Write("\"}"u8);
    }
}
