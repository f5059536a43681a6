using System.Globalization;
using System.Text;
using Halley.Channels;
using Halley.Protocol.Links;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The languages that channels and groups are told of in.</summary>
internal enum InfoLanguage
{
    Plain,
    Json,
    Xml,
    Yaml,
}

/// <summary>What is told of one channel, or of several together.</summary>
/// <param name="Requested">Seconds since a subscriber asked for messages; -1 for never.</param>
/// <param name="LastMessageId">As nchan writes it.</param>
internal readonly record struct ChannelInfo(long Messages, long Requested, long Subscribers, string LastMessageId)
{
    /// <summary>All channels together.</summary>
    public static ChannelInfo Of(IReadOnlyList<ChannelState> states) => new(
        states.Sum(state => (long)state.Stored),
        states.Aggregate(-1L, (latest, state) => Latest(latest, state.SecondsSinceRequest ?? -1)),
        states.Sum(state => (long)state.Subscribers),
        MessageId.ToText(states.Max(state => state.Newest)));

    /// <summary>Of two numbers of seconds ago, the smaller; -1 is never.</summary>
    public static long Latest(long one, long other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    /// <summary>Writes it byte for byte as nchan does, which ends some of them with a line and some without.</summary>
    public void Write(InfoLanguage language, ByteBuffer output) => Info.Write(output, language switch
    {
        InfoLanguage.Json => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"messages\": {Messages}, \"requested\": {Requested}, \"subscribers\": {Subscribers}, "
                + $"\"last_message_id\": \"{LastMessageId}\" }}"),
        InfoLanguage.Xml => Info.Lines(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>",
            "<channel>",
            $"  <messages>{Messages}</messages>",
            $"  <requested>{Requested}</requested>",
            $"  <subscribers>{Subscribers}</subscribers>",
            $"  <last_message_id>{LastMessageId}</last_message_id>",
            "</channel>"),
        InfoLanguage.Yaml => Info.Lines(
            "---",
            $"messages: {Messages}",
            $"requested: {Requested}",
            $"subscribers: {Subscribers}",
            $"last_message_id: \"{LastMessageId}\"",
            "",
            ""),
        _ => Info.Lines(
            $"queued messages: {Messages}",
            $"last requested: {Requested} sec. ago",
            $"active subscribers: {Subscribers}",
            $"last message id: {LastMessageId}"),
    });
}

/// <summary>What is told of a group.</summary>
internal readonly record struct GroupInfo(
    long Channels, long Subscribers, long Messages, long Bytes, GroupLimits Limits)
{
    /// <summary>As one process tells another.</summary>
    public byte[] ToBytes()
    {
        var output = new ByteBuffer(64);
        foreach (var number in (long[])[Channels, Subscribers, Messages, Bytes])
        {
            output.WriteLong(number);
        }

        Limits.Write(output);
        return output.Written.ToArray();
    }

    public static GroupInfo Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new FrameReader(bytes);
        return new GroupInfo(
            reader.ReadLong(), reader.ReadLong(), reader.ReadLong(), reader.ReadLong(), GroupLimits.Read(ref reader));
    }

    /// <summary>
    /// A group that several processes know: its subscribers are those of all, and of channels, messages and bytes, of
    /// which each may have copies, what the one has that has most.
    /// </summary>
    public static GroupInfo Together(GroupInfo one, GroupInfo other) => new(
        Math.Max(one.Channels, other.Channels),
        one.Subscribers + other.Subscribers,
        Math.Max(one.Messages, other.Messages),
        Math.Max(one.Bytes, other.Bytes),
        other.Limits == default ? one.Limits : other.Limits);

    /// <summary>Writes it as nchan does. No message lies on a disk here.</summary>
    public void Write(InfoLanguage language, ByteBuffer output) => Info.Write(output, language switch
    {
        InfoLanguage.Json => Info.Lines(
            "{",
            $"  \"channels\": {Channels},",
            $"  \"subscribers\": {Subscribers},",
            $"  \"messages\": {Messages},",
            $"  \"messages_memory\": {Bytes},",
            "  \"messages_disk\": 0,",
            "  \"limits\": {",
            $"    \"channels\": {Limits.Channels},",
            $"    \"subscribers\": {Limits.Subscribers},",
            $"    \"messages\": {Limits.Messages},",
            $"    \"messages_memory\": {Limits.Bytes},",
            "    \"messages_disk\": 0",
            "  }",
            "}"),
        InfoLanguage.Xml => Info.Lines(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>",
            "<group>",
            $"  <channels>{Channels}</channels>",
            $"  <subscribers>{Subscribers}</subscribers>",
            $"  <messages>{Messages}</messages>",
            $"  <messages_memory>{Bytes}</messages_memory>",
            "  <messages_disk>0</messages_disk>",
            "  <limits>",
            $"    <channels>{Limits.Channels}</channels>",
            $"    <subscribers>{Limits.Subscribers}</subscribers>",
            $"    <messages>{Limits.Messages}</messages>",
            $"    <messages_memory>{Limits.Bytes}</messages_memory>",
            "    <messages_disk>0</messages_disk>",
            "  </limits>",
            "</group>"),
        InfoLanguage.Yaml => Info.Lines(
            "---",
            $"channels: {Channels}",
            $"subscribers: {Subscribers}",
            $"messages: {Messages}",
            $"messages_memory: {Bytes}",
            "messages_disk: 0",
            "limits:",
            $"  channels: {Limits.Channels}",
            $"  subscribers: {Limits.Subscribers}",
            $"  messages: {Limits.Messages}",
            $"  messages_memory: {Limits.Bytes}",
            "  messages_disk: 0",
            "",
            ""),
        _ => Info.Lines(
            $"channels: {Channels}",
            $"subscribers: {Subscribers}",
            $"messages: {Messages}",
            $"shared memory used by messages: {Bytes} bytes",
            "disk space used by messages: 0 bytes",
            "limits:",
            $"  max channels: {Limits.Channels}",
            $"  max subscribers: {Limits.Subscribers}",
            $"  max messages: {Limits.Messages}",
            $"  max messages shared memory: {Limits.Bytes}",
            "  max messages disk space: 0",
            ""),
    });
}

/// <summary>Which language a client wants, and how lines are put together.</summary>
internal static class Info
{
    /// <summary>The first that the Accept field names; plain text where it names none.</summary>
    public static InfoLanguage LanguageOf(ReadOnlySpan<byte> accept)
    {
        foreach (var range in accept.Split((byte)','))
        {
            var item = accept[range].Trim(" \t"u8);
            var end = item.IndexOf((byte)';');
            item = (end < 0 ? item : item[..end]).TrimEnd(" \t"u8);
            var subtype = item[(item.IndexOf((byte)'/') + 1)..];
            subtype = Ascii.EqualsIgnoreCase(subtype[..Math.Min(2, subtype.Length)], "x-"u8) ? subtype[2..] : subtype;
            if (Ascii.EqualsIgnoreCase(subtype, "json"u8))
            {
                return InfoLanguage.Json;
            }

            if (Ascii.EqualsIgnoreCase(subtype, "yaml"u8))
            {
                return InfoLanguage.Yaml;
            }

            if (Ascii.EqualsIgnoreCase(subtype, "xml"u8))
            {
                return InfoLanguage.Xml;
            }

            if (Ascii.EqualsIgnoreCase(item, "text/plain"u8))
            {
                return InfoLanguage.Plain;
            }
        }

        return InfoLanguage.Plain;
    }

    public static string TypeOf(InfoLanguage language) => language switch
    {
        InfoLanguage.Json => "text/json",
        InfoLanguage.Xml => "text/xml",
        InfoLanguage.Yaml => "text/yaml",
        _ => "text/plain",
    };

    public static string Lines(params string[] lines) => string.Join("\r\n", lines);

    public static void Write(ByteBuffer output, string text) => Encoding.ASCII.GetBytes(text, output);
}
