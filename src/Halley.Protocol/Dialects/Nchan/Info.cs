using System.Text;
using Halley.Channels;
using Halley.Protocol.Links;
using Halley.Protocol.Reports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>A report on one channel, or on several together.</summary>
/// <param name="Requested">Seconds since a subscriber asked for messages; -1 for never.</param>
/// <param name="LastMessageId">As nchan writes it.</param>
internal readonly record struct ChannelInfo(long Messages, long Requested, long Subscribers, string LastMessageId)
{
    private static readonly Field MessagesField = new("messages", plain: "queued messages");
    private static readonly Field RequestedField = new("requested", plain: "last requested", unit: " sec. ago");
    private static readonly Field SubscribersField = new("subscribers", plain: "active subscribers");
    private static readonly Field LastMessageIdField =
        new("last_message_id", FieldKind.Quoted, plain: "last message id");

    /// <summary>All channels together.</summary>
    public static ChannelInfo Of(IReadOnlyList<ChannelState> states) => new(
        states.Sum(state => (long)state.Stored),
        states.Aggregate(-1L, (latest, state) => Latest(latest, state.SecondsSinceRequest ?? -1)),
        states.Sum(state => (long)state.Subscribers),
        MessageId.ToText(states.Max(state => state.Newest)));

    /// <summary>Of two numbers of seconds ago, the smaller; -1 is never.</summary>
    public static long Latest(long one, long other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    /// <summary>Writes it byte for byte as nchan does, which ends some of them with a line and some without.</summary>
    public void Write(ReportLanguage language, ByteBuffer output) => InfoLayouts.Channel.Write(
        language,
        [
            MessagesField.Is(Messages),
            RequestedField.Is(Requested),
            SubscribersField.Is(Subscribers),
            LastMessageIdField.Is(LastMessageId),
        ],
        output);
}

/// <summary>A report on a group.</summary>
internal readonly record struct GroupInfo(
    long Channels, long Subscribers, long Messages, long Bytes, GroupLimits Limits)
{
    private static readonly Field ChannelsField = new("channels");
    private static readonly Field SubscribersField = new("subscribers");
    private static readonly Field MessagesField = new("messages");
    private static readonly Field MemoryField =
        new("messages_memory", plain: "shared memory used by messages", unit: " bytes");
    private static readonly Field DiskField =
        new("messages_disk", plain: "disk space used by messages", unit: " bytes");

    private static readonly Field MaxChannels = new("channels", plain: "max channels");
    private static readonly Field MaxSubscribers = new("subscribers", plain: "max subscribers");
    private static readonly Field MaxMessages = new("messages", plain: "max messages");
    private static readonly Field MaxMemory = new("messages_memory", plain: "max messages shared memory");
    private static readonly Field MaxDisk = new("messages_disk", plain: "max messages disk space");

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
    public void Write(ReportLanguage language, ByteBuffer output)
    {
        InfoLayouts.Group.Write(
            language,
            [
                ChannelsField.Is(Channels),
                SubscribersField.Is(Subscribers),
                MessagesField.Is(Messages),
                MemoryField.Is(Bytes),
                DiskField.Is(0),
            ],
            output);
        InfoLayouts.Limits.Write(
            language,
            [
                MaxChannels.Is(Limits.Channels),
                MaxSubscribers.Is(Limits.Subscribers),
                MaxMessages.Is(Limits.Messages),
                MaxMemory.Is(Limits.Bytes),
                MaxDisk.Is(0),
            ],
            output);
    }
}

/// <summary>The language of a report that a client wants, and its content type.</summary>
internal static class Info
{
    /// <summary>The first that the Accept field names; plain text where it names none.</summary>
    public static ReportLanguage LanguageOf(ReadOnlySpan<byte> accept)
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
                return ReportLanguage.Json;
            }

            if (Ascii.EqualsIgnoreCase(subtype, "yaml"u8))
            {
                return ReportLanguage.Yaml;
            }

            if (Ascii.EqualsIgnoreCase(subtype, "xml"u8))
            {
                return ReportLanguage.Xml;
            }

            if (Ascii.EqualsIgnoreCase(item, "text/plain"u8))
            {
                return ReportLanguage.Plain;
            }
        }

        return ReportLanguage.Plain;
    }

    public static string TypeOf(ReportLanguage language) => language switch
    {
        ReportLanguage.Json => "text/json",
        ReportLanguage.Xml => "text/xml",
        ReportLanguage.Yaml => "text/yaml",
        _ => "text/plain",
    };
}
