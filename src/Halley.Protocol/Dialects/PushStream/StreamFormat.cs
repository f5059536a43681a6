using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// An answer that goes on: header, messages and pings, a piece each, and at its end the footer. Streaming and event
/// source; one instance for each padding.
/// </summary>
internal sealed class StreamFormat : TransportFormat
{
    private readonly MessageWriter _writer;
    private readonly Padding _padding;
    private readonly byte[] _deletedText;
    private readonly MessageForm _form;

    public StreamFormat(MessageWriter writer, Padding padding, EndpointOptions options, byte[] deletedText)
    {
        _writer = writer;
        _padding = padding;
        _deletedText = deletedText;
        HeartbeatInterval = options.PingMessageInterval;
        TimeToLive = options.SubscriberConnectionTtl;
        Kind = options.Kind == PushStreamKind.EventSource ? TransportKind.EventSource : TransportKind.Streaming;
        _form = (channel, message, output) =>
            Pad(writer.WriteMessage(TemplateValues.Of(channel.Name, message), output), output);
    }

    /// <inheritdoc/>
    public override TransportKind Kind { get; }

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; }

    /// <inheritdoc/>
    public override TimeSpan? TimeToLive { get; }

    /// <summary>Writes what the answer begins with.</summary>
    public void WriteHeader(Framing framing, ByteBuffer output)
    {
        if (_writer.Header.IsEmpty)
        {
            return;
        }

        var piece = framing.Begin(output);
        output.Write(_writer.Header);
        if (_writer.HasOwnHeader)
        {
            _writer.WritePadding(_padding.After(_writer.Header.Length, _padding.Header), output);
        }

        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        var content = output.Length;
        LargeMessages.Write(channel, message, _form, output);
        Pieces.End(framing, output, piece, content);
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        var content = output.Length;
        Pad(_writer.WritePing(output), output);
        Pieces.End(framing, output, piece, content);
    }

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (ending.Reason == CloseReason.ChannelClosed)
        {
            var piece = framing.Begin(output);
            var content = output.Length;
            Pad(
                _writer.WriteMessage(
                    TemplateValues.OfNotice(MessageWriter.Deleted, channel, ending.Farewell ?? _deletedText), output),
                output);
            Pieces.End(framing, output, piece, content);
        }

        if (isLast)
        {
            Pieces.Write(_writer.Footer, framing, output);
        }
    }

    private void Pad(int length, ByteBuffer output) =>
        _writer.WritePadding(_padding.After(length, _padding.Message), output);
}
