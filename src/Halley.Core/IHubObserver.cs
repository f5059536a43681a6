using Halley.Channels;

namespace Halley;

/// <summary>
/// Hears what happens to a hub's channels. Called by any thread, under locks of the hub: it must be quick, must not
/// throw, and may publish to a channel of its own, but not look for channels.
/// </summary>
public interface IHubObserver
{
    /// <summary>
    /// The most bytes that it keeps of a channel, beside the channel's name: they count with the channel's own.
    /// </summary>
    int BytesPerChannel => 0;

    void ChannelCreated(Channel channel);

    /// <param name="wasClosed">Whether a publisher ended it; otherwise it was forgotten.</param>
    void ChannelRemoved(Channel channel, bool wasClosed);

    /// <summary>
    /// Hears that a channel outside of this process was created there, or has ended, by an act of this process. No
    /// locks are held. Does nothing by default.
    /// </summary>
    void StreamChanged(ReadOnlySpan<byte> name, bool isThere)
    {
    }

    /// <param name="by">
    /// 1 when a subscriber came, -1 when one left; those of a worker process may come and leave together.
    /// </param>
    void SubscribersChanged(Channel channel, int by);

    /// <summary>
    /// Hears that a message was given its place by this process. Under the channel's lock, in the order of places. Does
    /// nothing by default.
    /// </summary>
    void Published(Channel channel, in Publication publication, StreamPosition position)
    {
    }

    /// <summary>
    /// Is called a moment after any other method, perhaps by another thread: no lock of the hub is held. Does nothing
    /// by default.
    /// </summary>
    void Settled()
    {
    }

    /// <summary>
    /// Hears that messages were added to what a channel keeps (positive), or dropped from it. Does nothing by default.
    /// </summary>
    /// <param name="bytes">Of payload.</param>
    void StoredChanged(Channel channel, int messages, long bytes)
    {
    }
}
