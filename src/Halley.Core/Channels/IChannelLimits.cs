namespace Halley.Channels;

/// <summary>The limits of a channel: how much it keeps, and for how long.</summary>
internal interface IChannelLimits
{
    /// <summary>The number of messages that a channel keeps.</summary>
    int HistorySize { get; }

    /// <summary>The retention of a message whose publisher asks for none; null for <see cref="HistorySize"/>.</summary>
    Retention? RetentionOf(ReadOnlySpan<byte> channel) => null;

    int MaxSubscribersPerChannel { get; }

    /// <summary>The treatment of subscribers that are too slow. Any thread.</summary>
    SlowConsumerPolicy SlowConsumersOf(ReadOnlySpan<byte> channel) => SlowConsumerPolicy.End;

    /// <summary>Whether a channel is kept until its messages have expired.</summary>
    bool OutlivesMessages => true;

    /// <summary>The time that an idle channel is kept, in ticks of a second.</summary>
    uint IdleTicks { get; }

    /// <summary>Whether there is memory for a message of that many bytes. Under the channel's lock.</summary>
    bool MayStore(int bytes);
}
