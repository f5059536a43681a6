using System.Text;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// Server-sent events as nchan writes them: the event, the id, then a line of data for each line of the message.
/// </summary>
internal sealed class EventFormat : NchanFormat
{
    public const string Type = "text/event-stream; charset=utf-8";

    private static readonly MessageForm Data = static (_, message, output) =>
        WriteData(Utf8Text.Mend(message.Payload), output);

    private readonly byte[]? _event;
    private readonly byte[] _ping;

    public EventFormat(NchanOptions options)
        : base(options.SubscriberTimeout)
    {
        _event = PublisherEndpoint.EventOf(options);
        HeartbeatInterval = options.EventsourcePingInterval;
        var lines = Line(":", options.EventsourcePingComment) + Line(
            "event: ", options.EventsourcePingEvent) + Line("data: ", options.EventsourcePingData);
        _ping = Encoding.UTF8.GetBytes((lines.Length == 0 ? ":\n" : lines) + "\n");
    }

    /// <inheritdoc/>
    public override TransportKind Kind => TransportKind.EventSource;

    /// <inheritdoc/>
    public override TimeSpan? HeartbeatInterval { get; }

    /// <inheritdoc/>
    public override void WriteOpening(Framing framing, ByteBuffer output) =>
        Pieces.Write(": hi\n\n"u8, framing, output);

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        if ((_event ?? message.Labels?.EventType) is { } name)
        {
            EventStream.WriteField("event: "u8, name, output);
        }

        output.Write("id: "u8);
        MessageId.Write(message.Stamp, output);
        output.WriteByte((byte)'\n');
        Utf8Text.Mend(output, framing.ContentAt(piece));
        LargeMessages.Write(channel, message, Data, output);
        output.WriteByte((byte)'\n');
        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteHeartbeat(
        ChannelIdentity channel, long next, int count, Framing framing, ByteBuffer output) =>
        Pieces.Write(_ping, framing, output);

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (isLast)
        {
            var status = StatusOf(ending);
            Pieces.Write(Encoding.ASCII.GetBytes($":{status[..3]}: {status}\n\n"), framing, output);
        }
    }

    // A lone CR ends a line for a browser too. nchan lets it through, and a message with one can bring fields of its
    // own.
    private static void WriteData(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        while (true)
        {
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            output.Write("data: "u8);
            output.Write(end < 0 ? text : text[..end]);
            output.WriteByte((byte)'\n');
            if (end < 0)
            {
                return;
            }

            text = text[(text[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
        }
    }

    private static string Line(string start, string text) => text.Length == 0 ? "" : $"{start}{text}\n";
}
