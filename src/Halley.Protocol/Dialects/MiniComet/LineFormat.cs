using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary>
/// A line for each message: a JavaScript literal, whose names stand without quotation marks, as the original has it.
/// Its text is escaped, which the original forgot.
/// </summary>
internal sealed class LineFormat : TransportFormat
{
    public static LineFormat Instance { get; } = new();

    public static void WriteLine(
        ReadOnlySpan<byte> type, ReadOnlySpan<byte> id, ReadOnlySpan<byte> content, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        output.Write("{type: \""u8);
        output.Write(type);
        output.Write("\", id: \""u8);
        JsonText.Write(id, inScript: true, output);
        output.Write("\", content: \""u8);
        JsonText.Write(content, inScript: true, output);
        output.Write("\"}\n"u8);
        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output) =>
        WriteLine("data"u8, channel.Name, message.Payload, framing, output);
}
