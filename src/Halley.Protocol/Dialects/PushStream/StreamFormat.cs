using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>An answer that goes on: header, messages and pings, a piece each, and at its end the footer. Streaming and event source; one instance for each padding.</summary>
internal sealed class StreamFormat(MessageWriter writer, Padding padding, EndpointOptions options, byte[] deletedText) : TransportFormat
{
    /// <inheritdoc/>
    public override bool EndsWithMessage => false;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; } = options.PingMessageInterval;

    /// <inheritdoc/>
    public override TimeSpan? TimeToLive { get; } = options.SubscriberConnectionTtl;

    /// <summary>Writes what the answer begins with.</summary>
    public void WriteHeader(Framing framing, ByteBuffer output)
    {
        if (writer.Header.IsEmpty)
        {
            return;
        }

        var piece = framing.Begin(output);
        output.Write(writer.Header);
        if (writer.HasOwnHeader)
        {
            writer.WritePadding(padding.After(writer.Header.Length, padding.Header), output);
        }

        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output) =>
        WriteMessage(TemplateValues.Of(channel.Name, message), framing, output);

    /// <inheritdoc/>
    public override void WriteHeartbeat(ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        var content = output.Length;
        Pad(writer.WritePing(output), output);
        Pieces.End(framing, output, piece, content);
    }

    /// <inheritdoc/>
    public override void WriteEnd(ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (ending.Reason == CloseReason.ChannelClosed)
        {
            WriteMessage(TemplateValues.OfNotice(MessageWriter.Deleted, channel, ending.Farewell ?? deletedText), framing, output);
        }

        if (isLast)
        {
            Pieces.Write(writer.Footer, framing, output);
        }
    }

    private void WriteMessage(in TemplateValues values, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        var content = output.Length;
        Pad(writer.WriteMessage(values, output), output);
        Pieces.End(framing, output, piece, content);
    }

    private void Pad(int length, ByteBuffer output) => writer.WritePadding(padding.After(length, padding.Message), output);
}
