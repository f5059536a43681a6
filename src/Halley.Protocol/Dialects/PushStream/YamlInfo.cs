using System.Buffers;
using System.Text;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Channels and the server in YAML.</summary>
internal sealed class YamlInfo(string contentType) : InfoFormat(contentType)
{
    // What may stand in a plain scalar wherever it stands; a name with anything else is put into quotation marks.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./+=@$~%()"u8);

    // What may begin one: what begins with a digit or a sign may be read as a number or a date.
    private static readonly SearchValues<byte> First =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/$("u8);

    // The words that YAML 1.1 or 1.2 reads as something other than text, in any case.
    private static readonly string[] Words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

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
            Write($"{indent}{key}: ", output);
            if (key == "hostname")
            {
                WriteName(Encoding.UTF8.GetBytes(value), output);
            }
            else
            {
                Write(value, output);
            }

            output.Write("\r\n"u8);
        }
    }

    private static void WriteName(ReadOnlySpan<byte> name, ByteBuffer output)
    {
        if (IsPlain(name))
        {
            output.Write(name);
            return;
        }

        output.WriteByte((byte)'"');
        WriteQuoted(Utf8Text.Mend(name), output);
        output.WriteByte((byte)'"');
    }

    private static bool IsPlain(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && First.Contains(name[0]) && !name.ContainsAnyExcept(Plain) && !IsWord(name);

    private static bool IsWord(ReadOnlySpan<byte> name)
    {
        foreach (var word in Words)
        {
            if (Ascii.EqualsIgnoreCase(name, word))
            {
                return true;
            }
        }

        return false;
    }

    // As in JSON, but that YAML takes fewer characters as they are: not these controls, line ends of Unicode, the byte
    // order mark and what is no character.
    private static void WriteQuoted(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (rune.Value is (>= 0x7F and < 0xA0) or 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF)
            {
                Write($"\\u{rune.Value:x4}", output);
            }
            else
            {
                JsonText.Write(text[..length], inScript: false, output);
            }

            text = text[length..];
        }
    }
}
