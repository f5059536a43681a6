namespace Halley.Channels;

/// <summary>Counts what a channel stores, and who comes and goes.</summary>
internal interface IChannelObserver
{
    /// <summary>Messages were put into a history, or dropped from it. Under the channel's lock.</summary>
    void StoredChanged(Channel channel, int messages, long bytes);

    /// <summary>Subscribers came (1) or left (-1). Under the channel's lock.</summary>
    void SubscribersChanged(Channel channel, int by);

    /// <summary>Subscribers have come or left, and no lock is held any more.</summary>
    void Settled()
    {
    }

    /// <summary>A receiver in several channels took one more place (1), or gave one up (-1). Under the channel's lock.</summary>
    void FurtherPlacesChanged(int by)
    {
    }
}
