namespace Halley.Channels;

/// <summary>The state of a channel at one moment.</summary>
/// <param name="Position">Its epoch, and the offset of its next message.</param>
/// <param name="Subscribers">The number of its subscriptions.</param>
/// <param name="Stored">The number of messages that a subscriber who comes now could still have.</param>
/// <param name="SecondsSinceRequest">
/// Whole seconds since a subscriber came or a message was read; null where none ever was.
/// </param>
/// <param name="Newest">The stamp of the newest message kept; default where none is.</param>
public readonly record struct ChannelState(
    StreamPosition Position, int Subscribers, int Stored, long? SecondsSinceRequest, MessageStamp Newest);
