namespace Halley.Broker;

/// <param name="Position">Where the message lies; meaningful only when it was published.</param>
/// <param name="Stamp">When it was published; meaningful only then, too.</param>
public readonly record struct PublishResult(PublishStatus Status, StreamPosition Position, MessageStamp Stamp = default);
