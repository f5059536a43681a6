using System.Text;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Channels and the server in JSON.</summary>
internal sealed class JsonInfo(string contentType) : InfoFormat(contentType)
{
    /// <inheritdoc/>
    public override void WriteChannel(in ChannelInfo channel, ByteBuffer output)
    {
        WriteObject(channel, output);
        output.Write("\r\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteGroup(ServerInfo server, IReadOnlyList<ChannelInfo> channels, ByteBuffer output)
    {
        output.WriteByte((byte)'{');
        WriteFields(GroupFields(server), output);
        output.Write(", \"infos\": [\r\n"u8);
        for (var i = 0; i < channels.Count; i++)
        {
            output.Write(i > 0 ? ",\r\n"u8 : default);
            WriteObject(channels[i], output);
        }

        output.Write("\r\n]}\r\n"u8);
    }

    /// <inheritdoc/>
    public override void WriteSummary(ServerInfo server, ByteBuffer output)
    {
        output.WriteByte((byte)'{');
        WriteFields(SummaryFields(server), output);
        output.Write(", \"by_worker\": [\r\n{"u8);
        WriteFields(WorkerFields(server), output);
        output.Write("}\r\n]}\r\n"u8);
    }

    private static void WriteObject(in ChannelInfo channel, ByteBuffer output)
    {
        output.Write("{\"channel\": \""u8);
        JsonText.Write(channel.Id, inScript: false, output);
        output.Write("\", \"published_messages\": "u8);
        output.WriteDecimal(channel.Published);
        output.Write(", \"stored_messages\": "u8);
        output.WriteDecimal(channel.Stored);
        output.Write(", \"subscribers\": "u8);
        output.WriteDecimal(channel.Subscribers);
        output.WriteByte((byte)'}');
    }

    // Names, times and, as the original has it, process ids are text; all else are numbers.
    private static void WriteFields((string Key, string Value)[] fields, ByteBuffer output)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var (key, value) = fields[i];
            Write($"{(i > 0 ? ", " : "")}\"{key}\": ", output);
            if (key is "hostname" or "time" or "pid")
            {
                output.WriteByte((byte)'"');
                JsonText.Write(Encoding.UTF8.GetBytes(value), inScript: false, output);
                output.WriteByte((byte)'"');
            }
            else
            {
                Write(value, output);
            }
        }
    }
}
