using Halley.Protocol.Http;
using Halley.Protocol.Positions;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// A transport of iComet: JSON objects, with something before and after each. Long polling says one thing and ends;
/// what it says of what was missed is an array.
/// </summary>
internal sealed class ICometFormat(ObjectPieces pieces, TimeSpan pollingTimeout) : ObjectFormat(pieces, pollingTimeout)
{
    private static readonly ObjectPieces Script =
        new("<script>parent.icomet_cb("u8.ToArray(), ");</script>\n"u8.ToArray(), InScript: true);

    public static ICometFormat Poll(TimeSpan pollingTimeout) => new(ObjectPieces.Poll, pollingTimeout);

    /// <summary>Long polling by script tag: the answer calls a function of the page.</summary>
    public static ICometFormat Jsonp(ReadOnlySpan<byte> callback, TimeSpan pollingTimeout) =>
        new(ObjectPieces.Jsonp(callback), pollingTimeout);

    public static ICometFormat Stream(TimeSpan pollingTimeout) => new(ObjectPieces.Stream, pollingTimeout);

    public static ICometFormat ServerSentEvents(TimeSpan pollingTimeout) => new(ObjectPieces.Events, pollingTimeout);

    /// <summary>The forever iframe: a page that never ends, each message a script that calls its parent.</summary>
    public static ICometFormat Iframe(TimeSpan pollingTimeout) => new(Script, pollingTimeout);

    public static ICometFormat WebSocket(TimeSpan pollingTimeout) => new(ObjectPieces.WebSocket, pollingTimeout);

    /// <summary>Writes what a long poll's subscriber missed, in one array.</summary>
    public void WriteMissed(
        ChannelIdentity channel, IReadOnlyList<Message> missed, Framing framing, ByteBuffer output)
    {
        var piece = Begin(framing, output);
        var separator = (byte)'[';
        foreach (var message in missed)
        {
            output.WriteByte(separator);
            separator = (byte)',';
            WriteObject(channel.Name, message, output);

            // A broadcast is followed by the number to go on with, also where both stand in one array.
            if (message.Traits.HasFlag(MessageTraits.Broadcast))
            {
                output.WriteByte(separator);
                WriteNotice("next_seq"u8, channel.Name, message.Offset + 1, default, output);
            }
        }

        output.WriteByte((byte)']');
        End(framing, output, piece);
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var isBroadcast = message.Traits.HasFlag(MessageTraits.Broadcast);
        if (isBroadcast && EndsWithMessage)
        {
            WriteMissed(channel, [message], framing, output);
            return;
        }

        var piece = Begin(framing, output);
        WriteObject(channel.Name, message, output);
        End(framing, output, piece);
        if (isBroadcast)
        {
            WriteNotice("next_seq"u8, channel.Name, message.Offset + 1, default, framing, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        WriteNotice("noop"u8, channel.Name, count, default, framing, output);

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (ending.Reason == CloseReason.ChannelClosed)
        {
            WriteNotice("close"u8, channel, ending.Position.Offset, default, framing, output);
        }
        else if (ending.Reason == CloseReason.PermissionEnded)
        {
            // Its clients know this for a token that is not right, and sign anew.
            WriteNotice("401"u8, channel, 0, "Permission ended"u8, framing, output);
        }
    }
}
