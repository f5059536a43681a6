using System.Text;
using Halley.Channels;
using Halley.Protocol.Links;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>What is told of one channel.</summary>
/// <param name="Published">How many messages it has had: the number of the last one.</param>
internal readonly record struct ChannelInfo(byte[] Id, long Published, int Stored, int Subscribers)
{
    public static ChannelInfo Of(byte[] id, in ChannelState state) => new(id, state.Position.Offset - 1, state.Stored, state.Subscribers);
}

/// <summary>What is told of the server.</summary>
/// <param name="Time">UTC.</param>
/// <param name="Channels">Those whose id does not begin with the wildcard prefix.</param>
/// <param name="MessagesInTrash">Messages that went in the last seconds; the original still had them in memory.</param>
/// <param name="ChannelsInDelete">Channels that were deleted in the last seconds.</param>
/// <param name="ChannelsInTrash">Channels that went before that, and that the original still had in memory.</param>
/// <param name="Uptime">Seconds.</param>
internal sealed record ServerInfo(
    string HostName,
    DateTimeOffset Time,
    long Channels,
    long WildcardChannels,
    long PublishedMessages,
    long StoredMessages,
    long MessagesInTrash,
    long ChannelsInDelete,
    long ChannelsInTrash,
    long Subscribers,
    long Uptime,
    int ProcessId)
{
    /// <summary>As one process tells another.</summary>
    public byte[] ToBytes()
    {
        var output = new ByteBuffer(128);
        output.WriteBytes(Encoding.UTF8.GetBytes(HostName));
        output.WriteLong(Time.ToUnixTimeMilliseconds());
        foreach (var number in (long[])[
            Channels, WildcardChannels, PublishedMessages, StoredMessages, MessagesInTrash, ChannelsInDelete, ChannelsInTrash, Subscribers, Uptime, ProcessId])
        {
            output.WriteLong(number);
        }

        return output.Written.ToArray();
    }

    public static ServerInfo Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new FrameReader(bytes);
        return new ServerInfo(
            Encoding.UTF8.GetString(reader.ReadBytes()),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadLong()),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            reader.ReadLong(),
            (int)reader.ReadLong());
    }
}
