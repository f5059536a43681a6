using System.Text;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Channels and the server in XML.</summary>
internal sealed class XmlInfo(string contentType) : InfoFormat(contentType)
{
    private static ReadOnlySpan<byte> Declaration => "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n"u8;

    /// <inheritdoc/>
    public override void WriteChannel(in ChannelInfo channel, ByteBuffer output)
    {
        output.Write(Declaration);
        WriteElement(channel, output);
        output.Write("\r\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteGroup(ServerInfo server, IReadOnlyList<ChannelInfo> channels, ByteBuffer output)
    {
        output.Write(Declaration);
        output.Write("<root>\r\n"u8);
        WriteFields("  ", GroupFields(server), output);
        output.Write("  <infos>\r\n"u8);
        foreach (var channel in channels)
        {
            WriteElement(channel, output);
        }

        output.Write("  </infos>\r\n</root>\r\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteSummary(ServerInfo server, ByteBuffer output)
    {
        output.Write(Declaration);
        output.Write("<infos>\r\n"u8);
        WriteFields("  ", SummaryFields(server), output);
        output.Write("  <by_worker>\r\n  <worker>\r\n"u8);
        WriteFields("    ", WorkerFields(server), output);
        output.Write("  </worker>\r\n  </by_worker>\r\n</infos>\r\n"u8);
    }

    private static void WriteElement(in ChannelInfo channel, ByteBuffer output)
    {
        output.Write("<channel>\r\n  <name>"u8);
        WriteText(channel.Id, output);
        output.Write("</name>\r\n  <published_messages>"u8);
        output.WriteDecimal(channel.Published);
        output.Write("</published_messages>\r\n  <stored_messages>"u8);
        output.WriteDecimal(channel.Stored);
        output.Write("</stored_messages>\r\n  <subscribers>"u8);
        output.WriteDecimal(channel.Subscribers);
        output.Write("</subscribers>\r\n</channel>\r\n"u8);
    }

    private static void WriteFields(string indent, (string Key, string Value)[] fields, ByteBuffer output)
    {
        foreach (var (key, value) in fields)
        {
            Write($"{indent}<{key}>", output);
            WriteText(Encoding.UTF8.GetBytes(value), output);
            Write($"</{key}>\r\n", output);
        }
    }

    private static void WriteText(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        foreach (var value in text)
        {
            output.Write(value switch
            {
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'&' => "&amp;"u8,
                (byte)'"' => "&quot;"u8,
                (byte)'\t' => "&#9;"u8,
                (byte)'\n' => "&#10;"u8,
                (byte)'\r' => "&#13;"u8,

                // XML has no word for the other control characters, not even a number.
                < 0x20 => "&#xFFFD;"u8,
                _ => [value],
            });
        }
    }
}
