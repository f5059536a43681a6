using Halley.Broker;
using Halley.Channels;

namespace Halley.Presence;

/// <summary>
/// The comings and goings of a node's channels, as a stream of its own: a channel that keeps nothing and is never
/// forgotten. Each message is a byte, 1 for here or 0 for gone, and the name. Any thread.
/// </summary>
public sealed class PresenceFeed : IChannelOwner
{
    /// <summary>The highest number of followers: routers and back ends, not browsers.</summary>
    public const int MaxFollowers = 1024;

    private readonly Channel _channel;

    internal PresenceFeed() => _channel = new Channel([], epoch: 0, owner: this);

    int IChannelLimits.HistorySize => 0;

    int IChannelLimits.MaxSubscribersPerChannel => MaxFollowers;

    uint IChannelLimits.IdleTicks => 0;

    uint IChannelClock.Now => 0;

    /// <summary>Attaches a follower; it hears what happens from now on.</summary>
    public AttachResult Attach(Subscription follower, IDispatcher dispatcher) =>
        _channel.Attach(follower, dispatcher, Replay.Nothing, onlyToWait: false);

    /// <summary>Whether a message of this feed says that a channel is here, and its name.</summary>
    public static bool IsHere(Message message, out ReadOnlySpan<byte> name)
    {
        name = message.Payload[1..];
        return message.Payload[0] != 0;
    }

    bool IChannelLimits.MayStore(int bytes) => true;

    MessageStamp IChannelClock.NextStamp() => default;

    void IChannelObserver.StoredChanged(Channel channel, int messages, long bytes)
    {
    }

    void IChannelObserver.SubscribersChanged(Channel channel, int by)
    {
    }

    void IChannelClock.LookSooner(Channel channel)
    {
    }

    void IChannelClock.Look(Channel channel, uint now)
    {
    }

    /// <summary>Tells followers that a channel is here, or gone.</summary>
    public void Tell(ReadOnlySpan<byte> name, bool isHere)
    {
        if (_channel.SubscriberCount == 0)
        {
            return;
        }

        var payload = new byte[1 + name.Length];
        payload[0] = isHere ? (byte)1 : (byte)0;
        name.CopyTo(payload.AsSpan(1));
        MemoryBroker.PublishTo(_channel, new Publication(payload));
    }
}
