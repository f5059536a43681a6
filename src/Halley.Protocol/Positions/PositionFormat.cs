using Halley.Channels;
using Halley.Protocol.Answers;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Positions;

/// <summary>
/// A transport for those who asked where they stand: objects for messages, and others that say what is missing. An
/// event stream has the position in its ids, so that a browser comes back with it by itself.
/// </summary>
/// <param name="silence">How long nothing is sent before a heartbeat is.</param>
/// <param name="timeToLive">How long an answer is held; null for ever.</param>
/// <param name="receiver">What hears the clients of a WebSocket; null for one that answers pings.</param>
internal sealed class PositionFormat(
    ObjectPieces pieces, TimeSpan silence, TimeSpan? timeToLive = null, IWebSocketReceiver? receiver = null)
    : ObjectFormat(pieces, silence)
{
    /// <inheritdoc/>
    public override TimeSpan? TimeToLive { get; } = timeToLive;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver { get; } = receiver ?? PingReceiver.Instance;

    /// <inheritdoc/>
    internal override bool TellsGaps => !EndsWithMessage;

    /// <summary>
    /// Writes what a subscriber is told when it comes, in one answer that ends; see <see cref="Resumption"/>.
    /// </summary>
    public void WriteResumption(
        ChannelIdentity channel, StreamPosition asked, in AttachResult result, Framing framing, ByteBuffer output)
    {
        if (!EndsWithMessage)
        {
            foreach (var step in Resumption.Steps(asked, result))
            {
                WritePiece(channel, step, framing, output);
            }

            return;
        }

        var piece = Begin(framing, output);
        var separator = (byte)'[';
        foreach (var step in Resumption.Steps(asked, result))
        {
            output.WriteByte(separator);
            separator = (byte)',';
            WriteStep(channel, step, output);
        }

        output.WriteByte((byte)']');
        End(framing, output, piece);
    }

    /// <summary>Writes the same, or its beginning, in an answer that goes on; see <see cref="FirstSlice"/>.</summary>
    public void WriteResumption(
        ChannelIdentity channel,
        StreamPosition asked,
        in AttachResult result,
        Framing framing,
        ByteBuffer output,
        IExchange exchange)
    {
        var slice = new FirstSlice(exchange, output);
        foreach (var step in Resumption.Steps(asked, result))
        {
            WritePiece(channel, step, framing, output);
            if (step.Message is { } message && slice.IsFull && message.Offset + 1 < result.Position.Offset)
            {
                slice.LeaveFrom(message.Offset + 1, result.Missed);
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output) =>
        WritePiece(channel, new ResumptionStep(message), framing, output);

    /// <inheritdoc/>
    internal override void WriteNotice(
        ChannelIdentity channel, in PositionNotice notice, Framing framing, ByteBuffer output) =>
        WritePiece(channel, new ResumptionStep(notice), framing, output);

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output)
    {
        var piece = Begin(framing, output);
        PositionJson.WriteHeartbeat(channel, count, next, Pieces.InScript, output);
        End(framing, output, piece);
    }

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (ending.Reason == CloseReason.ChannelClosed)
        {
            var piece = Begin(framing, output);
            PositionJson.WriteClose(
                new ChannelIdentity(channel, ending.Position.Epoch), ending.Position.Offset, Pieces.InScript, output);
            End(framing, output, piece);
        }
        else if (ending.Reason == CloseReason.PermissionEnded)
        {
            WriteNotice("401"u8, channel, 0, "Permission ended"u8, framing, output);
        }
    }

    private void WritePiece(ChannelIdentity channel, in ResumptionStep step, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        if (Pieces.IsEventStream)
        {
            output.Write("id: "u8);
            output.WriteDecimal(channel.Epoch);
            output.WriteByte((byte)':');
            output.WriteDecimal(step.Message?.Offset ?? step.Notice.Next - 1);
            output.WriteByte((byte)'\n');
        }

        output.Write(Pieces.Before);
        WriteStep(channel, step, output);
        End(framing, output, piece);
    }

    private void WriteStep(ChannelIdentity channel, in ResumptionStep step, ByteBuffer output)
    {
        if (step.Message is { } message)
        {
            WriteObject(channel.Name, message, output);
        }
        else
        {
            PositionJson.Write(step.Notice, channel, Pieces.InScript, output);
        }
    }
}
