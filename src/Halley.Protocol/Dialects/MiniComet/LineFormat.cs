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

    /// <summary>Greets a subscriber.</summary>
    public static void WriteWelcome(ReadOnlySpan<byte> id, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        WriteStart("welcome"u8, id, output);
        output.Write("hello world!\"}\n"u8);
        framing.End(output, piece);
    }

    /// <inheritdoc/>
    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        WriteStart("data"u8, channel.Name, output);
        JsonText.Write(message, inScript: true, output);
        output.Write("\"}\n"u8);
        framing.End(output, piece);
    }

    private static void WriteStart(ReadOnlySpan<byte> type, ReadOnlySpan<byte> id, ByteBuffer output)
    {
        output.Write("{type: \""u8);
        output.Write(type);
        output.Write("\", id: \""u8);
        JsonText.Write(id, inScript: true, output);
        output.Write("\", content: \""u8);
    }
}
