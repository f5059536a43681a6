using System.Buffers;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Channels and the server in YAML.</summary>
internal sealed class YamlInfo(string contentType) : InfoFormat(contentType)
{
    // What may stand in a plain scalar wherever it stands; a name with anything else is put into quotation marks.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./+=@$~%()"u8);

    // What would mean something else at the beginning of one.
    private static readonly SearchValues<byte> NotFirst = SearchValues.Create("-.+=@~%"u8);

    /// <inheritdoc/>
    public override void WriteChannel(in ChannelInfo channel, ByteBuffer output) => WriteLines(channel, output);

    /// <inheritdoc/>
    public override void WriteGroup(ServerInfo server, IReadOnlyList<ChannelInfo> channels, ByteBuffer output)
    {
        WriteFields("", GroupFields(server), output);
        output.Write("infos: \r\n"u8);
        foreach (var channel in channels)
        {
            output.Write(" -\r\n"u8);
            WriteLines(channel, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteSummary(ServerInfo server, ByteBuffer output)
    {
        WriteFields("  ", SummaryFields(server), output);
        output.Write("  by_worker:\r\n   -\r\n"u8);
        WriteFields("    ", WorkerFields(server), output);
    }

    private static void WriteLines(in ChannelInfo channel, ByteBuffer output)
    {
        output.Write("  channel: "u8);
        WriteName(channel.Id, output);
        output.Write("\r\n  published_messages: "u8);
        output.WriteDecimal(channel.Published);
        output.Write("\r\n  stored_messages: "u8);
        output.WriteDecimal(channel.Stored);
        output.Write("\r\n  subscribers: "u8);
        output.WriteDecimal(channel.Subscribers);
        output.Write("\r\n"u8);
    }

    private static void WriteFields(string indent, (string Key, string Value)[] fields, ByteBuffer output)
    {
        foreach (var (key, value) in fields)
        {
            Write($"{indent}{key}: {value}\r\n", output);
        }
    }

    private static void WriteName(ReadOnlySpan<byte> name, ByteBuffer output)
    {
        if (!name.ContainsAnyExcept(Plain) && !NotFirst.Contains(name[0]))
        {
            output.Write(name);
            return;
        }

        output.WriteByte((byte)'"');
        JsonText.Write(name, inScript: false, output);
        output.WriteByte((byte)'"');
    }
}
