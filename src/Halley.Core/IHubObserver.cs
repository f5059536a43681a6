using Halley.Channels;

namespace Halley;

/// <summary>
/// Who is told what happens to a hub's channels. Called by any thread, under locks of the hub: it must be quick, must not throw, and may publish
/// to a channel of its own, but not look for channels.
/// </summary>
public interface IHubObserver
{
    void ChannelCreated(Channel channel);

    /// <summary>The channel was closed or forgotten.</summary>
    void ChannelRemoved(Channel channel);

    /// <param name="by">1 when a subscriber came, -1 when one left; those of a worker process may come and leave together.</param>
    void SubscribersChanged(Channel channel, int by);
}
