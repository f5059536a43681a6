namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Channels and the server in lines of text.</summary>
internal sealed class PlainInfo(string contentType) : InfoFormat(contentType)
{
    /// <inheritdoc/>
    public override void WriteChannel(in ChannelInfo channel, ByteBuffer output)
    {
        WriteLines(channel, output);
        output.Write("\r\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteGroup(ServerInfo server, IReadOnlyList<ChannelInfo> channels, ByteBuffer output)
    {
        foreach (var (key, value) in GroupFields(server))
        {
            Write($"{key}: {value}, ", output);
        }

        output.Write("infos: \r\n"u8);
        for (var i = 0; i < channels.Count; i++)
        {
            output.Write(i > 0 ? ",\r\n"u8 : default);
            WriteLines(channels[i], output);
        }

        output.Write("\r\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteSummary(ServerInfo server, ByteBuffer output)
    {
        foreach (var (key, value) in SummaryFields(server))
        {
            Write($"{key}: {value}\r\n", output);
        }

        output.Write("by_worker:\r\n"u8);
        foreach (var (key, value) in WorkerFields(server))
        {
            Write($"  {key}: {value}\r\n", output);
        }
    }

    private static void WriteLines(in ChannelInfo channel, ByteBuffer output)
    {
        output.Write("channel: "u8);
        LineText.Write(channel.Id, output);
        output.Write("\r\npublished_messages: "u8);
        output.WriteDecimal(channel.Published);
        output.Write("\r\nstored_messages: "u8);
        output.WriteDecimal(channel.Stored);
        output.Write("\r\nactive_subscribers: "u8);
        output.WriteDecimal(channel.Subscribers);
    }
}
