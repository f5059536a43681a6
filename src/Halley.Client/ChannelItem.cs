namespace Halley.Client;

/// <summary>
/// An item that a subscriber is told: a <see cref="ChannelMessage"/>, a <see cref="ChannelGap"/> or a <see
/// cref="ChannelReset"/>. There are no others.
/// </summary>
public abstract class ChannelItem
{
    private protected ChannelItem(string channel, StreamPosition position)
    {
        Channel = channel;
        Position = position;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The subscriber's position once it has dealt with this item: to resume with.</summary>
    public StreamPosition Position { get; }
}
