using Halley.Channels;

namespace Halley;

/// <summary>
/// Who is told what happens to a hub's channels. Called by any thread, under locks of the hub: it must be quick, must not throw, and may publish
/// to a channel of its own, but not look for channels.
/// </summary>
public interface IHubObserver
{
    /// <summary>How many bytes it keeps of a channel at most, beside the channel's name: they count with the channel's own.</summary>
    int BytesPerChannel => 0;

    void ChannelCreated(Channel channel);

    /// <param name="wasClosed">Whether somebody ended it; else it was forgotten.</param>
    void ChannelRemoved(Channel channel, bool wasClosed);

    /// <summary>A channel that lies outside of this process was created there, or has ended, by what this process did. No locks are held. By default nobody cares.</summary>
    void StreamChanged(ReadOnlySpan<byte> name, bool isThere)
    {
    }

    /// <param name="by">1 when a subscriber came, -1 when one left; those of a worker process may come and leave together.</param>
    void SubscribersChanged(Channel channel, int by);

    /// <summary>Something was told a moment ago, perhaps by another thread: now no lock of the hub is held. By default nobody cares.</summary>
    void Settled()
    {
    }

    /// <summary>Messages were put into what a channel keeps (positive), or dropped from it. By default nobody cares.</summary>
    /// <param name="bytes">Of payload.</param>
    void StoredChanged(Channel channel, int messages, long bytes)
    {
    }
}
