using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Positions;

/// <summary>
/// Messages as JSON objects of four fields, the same in every transport. iComet's clients hear these; with others that
/// say what is missing, so do those of any dialect that ask where they stand.
/// </summary>
/// <param name="silence">How long nothing is sent before a heartbeat is.</param>
internal abstract class ObjectFormat(ObjectPieces pieces, TimeSpan silence) : TransportFormat
{
    // iComet counts ticks of a second and sends at the first one past the timeout.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private static readonly MessageForm Content =
        static (_, message, output) => JsonText.Write(message, inScript: false, output);

    private static readonly MessageForm ContentInScript =
        static (_, message, output) => JsonText.Write(message, inScript: true, output);

    public ObjectPieces Pieces => pieces;

    /// <inheritdoc/>
    public override bool IsShared => pieces.IsShared;

    /// <inheritdoc/>
    public override bool EndsWithMessage => pieces.IsPoll;

    /// <inheritdoc/>
    public override TransportKind Kind => pieces.IsEventStream ? TransportKind.EventSource : base.Kind;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; } = silence + Slack;

    /// <inheritdoc/>
    public override IWebSocketReceiver Receiver => PingReceiver.Instance;

    /// <inheritdoc/>
    /// <remarks>
    /// Where the node itself stops, the connection just closes: that is the sign that clients reconnect at. An event
    /// stream of a node that drains has said when to.
    /// </remarks>
    public override bool IsWholeAfter(CloseReason reason) => reason switch
    {
        CloseReason.Shutdown or CloseReason.Interrupted => false,
        CloseReason.Draining => pieces.IsEventStream,
        _ => true,
    };

    /// <inheritdoc/>
    public override void WriteReturn(TimeSpan after, Framing framing, ByteBuffer output)
    {
        if (pieces.IsEventStream)
        {
            var piece = framing.Begin(output);
            output.Write("retry: "u8);
            output.WriteDecimal((long)after.TotalMilliseconds);
            output.Write("\n\n"u8);
            framing.End(output, piece);
        }
    }

    /// <summary>Writes what is not a message of the channel: next_seq, noop, close, 401, 429.</summary>
    public void WriteNotice(
        ReadOnlySpan<byte> type,
        ReadOnlySpan<byte> channel,
        long seq,
        ReadOnlySpan<byte> text,
        Framing framing,
        ByteBuffer output)
    {
        var piece = Begin(framing, output);
        WriteNotice(type, channel, seq, text, output);
        End(framing, output, piece);
    }

    protected int Begin(Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        output.Write(pieces.Before);
        return piece;
    }

    protected void End(Framing framing, ByteBuffer output, int piece)
    {
        output.Write(pieces.After);
        framing.End(output, piece);
    }

    protected void WriteObject(ReadOnlySpan<byte> channel, Message message, ByteBuffer output)
    {
        var isBroadcast = message.Traits.HasFlag(MessageTraits.Broadcast);
        WriteStart(isBroadcast ? "broadcast"u8 : "data"u8, channel, message.Offset, output);
        var form = pieces.InScript ? ContentInScript : Content;
        LargeMessages.Write(new ChannelIdentity(channel, 0), message, form, output);
        output.Write("\"}"u8);
    }

    protected void WriteNotice(
        ReadOnlySpan<byte> type, ReadOnlySpan<byte> channel, long seq, ReadOnlySpan<byte> text, ByteBuffer output)
    {
        WriteStart(type, channel, seq, output);
        output.Write(text);
        output.Write("\"}"u8);
    }

    private void WriteStart(ReadOnlySpan<byte> type, ReadOnlySpan<byte> channel, long seq, ByteBuffer output)
    {
        output.Write("{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"cname\":\""u8);
        JsonText.Write(channel, pieces.InScript, output);
        output.Write("\",\"seq\":"u8);
        output.WriteDecimal(seq);
        output.Write(",\"content\":\""u8);
    }
}
