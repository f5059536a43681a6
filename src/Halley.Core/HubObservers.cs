using Halley.Channels;

namespace Halley;

/// <summary>Two observers that hear the same, one after the other; either may be two again.</summary>
internal sealed class HubObservers(IHubObserver first, IHubObserver second) : IHubObserver
{
    public int BytesPerChannel => first.BytesPerChannel + second.BytesPerChannel;

    public void ChannelCreated(Channel channel)
    {
        first.ChannelCreated(channel);
        second.ChannelCreated(channel);
    }

    public void ChannelRemoved(Channel channel, bool wasClosed)
    {
        first.ChannelRemoved(channel, wasClosed);
        second.ChannelRemoved(channel, wasClosed);
    }

    public void SubscribersChanged(Channel channel, int by)
    {
        first.SubscribersChanged(channel, by);
        second.SubscribersChanged(channel, by);
    }

    public void StreamChanged(ReadOnlySpan<byte> name, bool isThere)
    {
        first.StreamChanged(name, isThere);
        second.StreamChanged(name, isThere);
    }

    public void Published(Channel channel, in Publication publication, StreamPosition position)
    {
        first.Published(channel, publication, position);
        second.Published(channel, publication, position);
    }

    public void Settled()
    {
        first.Settled();
        second.Settled();
    }

    public void StoredChanged(Channel channel, int messages, long bytes)
    {
        first.StoredChanged(channel, messages, bytes);
        second.StoredChanged(channel, messages, bytes);
    }
}
