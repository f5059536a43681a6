using System.Text;
using Halley.Protocol.Links;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>The counts of one process that shares channels, and of what happened there.</summary>
/// <param name="Time">UTC.</param>
/// <param name="Uptime">Seconds.</param>
/// <param name="Events">How many messages it published to the events channel.</param>
/// <param name="MessagesInTrash">Messages that went in the last seconds; the original still had them in memory.</param>
/// <param name="ChannelsInDelete">Channels that were deleted in the last seconds.</param>
/// <param name="ChannelsInTrash">Channels that went before that, and that the original still had in memory.</param>
internal sealed record ServerShare(
    string HostName,
    int ProcessId,
    DateTimeOffset Time,
    long Uptime,
    long WildcardChannels,
    long Events,
    long MessagesInTrash,
    long ChannelsInDelete,
    long ChannelsInTrash)
{
    /// <summary>
    /// Two of them: what happened at either, how the first one is, and of wildcard channels, which both may know, those
    /// of the one that knows more.
    /// </summary>
    public static ServerShare Together(ServerShare first, ServerShare other) => first with
    {
        WildcardChannels = Math.Max(first.WildcardChannels, other.WildcardChannels),
        Events = first.Events + other.Events,
        MessagesInTrash = first.MessagesInTrash + other.MessagesInTrash,
        ChannelsInDelete = first.ChannelsInDelete + other.ChannelsInDelete,
        ChannelsInTrash = first.ChannelsInTrash + other.ChannelsInTrash,
    };

    /// <summary>As one process tells another.</summary>
    public byte[] ToBytes()
    {
        var output = new ByteBuffer(128);
        output.WriteBytes(Encoding.UTF8.GetBytes(HostName));
        output.WriteInt(ProcessId);
        output.WriteLong(Time.ToUnixTimeMilliseconds());
        foreach (var number in (long[])[
            Uptime, WildcardChannels, Events, MessagesInTrash, ChannelsInDelete, ChannelsInTrash,
        ])
        {
            output.WriteLong(number);
        }

        return output.Written.ToArray();
    }

    public static ServerShare Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new FrameReader(bytes);
        return new ServerShare(
            Encoding.UTF8.GetString(reader.ReadBytes()),
            reader.ReadInt(),
            DateTimeOffset.FromUnixTimeMilliseconds(
                Math.Clamp(reader.ReadLong(), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong());
    }
}
