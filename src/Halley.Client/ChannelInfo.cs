namespace Halley.Client;

/// <summary>The state of a channel.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Position">Where its stream stands: the newest message that was published.</param>
/// <param name="Subscribers">Subscriptions of every protocol, on all servers that share the channel.</param>
/// <param name="Stored">Messages that a subscriber who comes now could still have.</param>
public sealed record ChannelInfo(string Channel, StreamPosition Position, long Subscribers, long Stored);
