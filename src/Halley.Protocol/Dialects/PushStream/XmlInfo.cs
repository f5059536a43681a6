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
        output.Write("<channel>\r\n  "u8);

        // Else parsers leave out what is nothing but white space.
        var isBlank = channel.Id.Length > 0 && !channel.Id.AsSpan().ContainsAnyExcept(" \t\r\n"u8);
        output.Write(isBlank ? "<name xml:space=\"preserve\">"u8 : "<name>"u8);
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
        text = Utf8Text.Mend(text);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            output.Write(rune.Value switch
            {
                '<' => "&lt;"u8,
                '>' => "&gt;"u8,
                '&' => "&amp;"u8,
                '"' => "&quot;"u8,
                '\t' => "&#9;"u8,
                '\n' => "&#10;"u8,
                '\r' => "&#13;"u8,

                // XML has no word for the other control characters, nor for these two, not even a number.
                < 0x20 or 0xFFFE or 0xFFFF => "&#xFFFD;"u8,
                _ => text[..length],
            });
            text = text[length..];
        }
    }
}
