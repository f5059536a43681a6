namespace Halley.Channels;

/// <summary>Counts what a channel stores, and who comes and goes.</summary>
internal interface IChannelObserver
{
    /// <summary>Hears that messages were added to a history, or dropped from it. Under the channel's lock.</summary>
    void StoredChanged(Channel channel, int messages, long bytes);

    /// <summary>Hears that subscribers came (1) or left (-1). Under the channel's lock.</summary>
    void SubscribersChanged(Channel channel, int by);

    /// <summary>Hears that a message was given its place by this process. Under the channel's lock.</summary>
    void Published(Channel channel, in Publication publication, StreamPosition position)
    {
    }

    /// <summary>Is called after subscribers came or left, when no lock is held any more.</summary>
    void Settled()
    {
    }

    /// <summary>
    /// Hears that a receiver with other places took one more (1), or left one (-1). Under the channel's lock.
    /// </summary>
    void FurtherPlacesChanged(int by)
    {
    }
}
