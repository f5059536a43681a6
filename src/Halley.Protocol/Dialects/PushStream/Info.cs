using Halley.Channels;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>What is told of one channel.</summary>
/// <param name="Published">How many messages it has had: the number of the last one.</param>
internal readonly record struct ChannelInfo(byte[] Id, long Published, int Stored, int Subscribers)
{
    public static ChannelInfo Of(byte[] id, in ChannelState state) =>
        new(id, state.Position.Offset - 1, state.Stored, state.Subscribers);
}

/// <summary>What is told of the server.</summary>
/// <param name="Channels">Those whose id does not begin with the wildcard prefix.</param>
/// <param name="Process">What happened lately, and to whom the question came.</param>
internal sealed record ServerInfo(
    long Channels,
    long WildcardChannels,
    long PublishedMessages,
    long StoredMessages,
    long Subscribers,
    ServerShare Process);
