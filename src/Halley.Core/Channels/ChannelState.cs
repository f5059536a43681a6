namespace Halley.Channels;

/// <summary>A channel as it is at one moment.</summary>
/// <param name="Position">Its epoch, and the offset that its next message will have.</param>
/// <param name="Subscribers">How many subscriptions it has.</param>
/// <param name="Stored">How many messages a subscriber that comes now could still have.</param>
/// <param name="SecondsSinceRequest">Whole seconds since a subscriber came or a message was read; null where none ever was.</param>
/// <param name="Newest">The stamp of the newest message kept; default where none is.</param>
public readonly record struct ChannelState(StreamPosition Position, int Subscribers, int Stored, long? SecondsSinceRequest, MessageStamp Newest);
