namespace Halley.Broker;

/// <param name="Position">Where the message lies; meaningful only when it was published.</param>
public readonly record struct PublishResult(PublishStatus Status, StreamPosition Position);
