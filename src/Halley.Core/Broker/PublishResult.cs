namespace Halley.Broker;

public enum PublishStatus
{
    /// <summary>The message has its place in the stream and will be delivered.</summary>
    Published,

    /// <summary>There is no such channel, and there may be no further one.</summary>
    TooManyChannels,
}

/// <param name="Position">Where the message lies; meaningful only when it was published.</param>
public readonly record struct PublishResult(PublishStatus Status, StreamPosition Position);
