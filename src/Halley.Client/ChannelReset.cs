namespace Halley.Client;

/// <summary>
/// The place that the subscriber came back with means nothing any more. Whatever the channel keeps now follows; what
/// was lost before cannot be counted.
/// </summary>
public sealed class ChannelReset : ChannelItem
{
    internal ChannelReset(string channel, StreamPosition position, string reason)
        : base(channel, position) => Reason = reason;

    /// <summary>
    /// <c>epoch</c>: the channel began anew, for it was closed or forgotten, or the server started again;
    /// <c>ahead</c>: the channel has not come that far.
    /// </summary>
    public string Reason { get; }

    /// <inheritdoc/>
    public override string ToString() => $"reset: the channel began anew, {Reason}";
}
