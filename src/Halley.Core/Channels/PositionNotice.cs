namespace Halley.Channels;

/// <summary>A note to a subscriber about its place in the stream, beside the messages.</summary>
/// <param name="Next">The offset of the next message that it will receive.</param>
/// <param name="Count">The number of messages that it is given at once, besides what is published from now on.</param>
/// <param name="Reason">The reason of a gap or a reset.</param>
/// <param name="From">The first offset of a gap.</param>
/// <param name="To">The last offset of a gap.</param>
public readonly record struct PositionNotice(
    PositionNoticeKind Kind, long Next, int Count, LossReason Reason = default, long From = 0, long To = 0);

public enum PositionNoticeKind
{
    /// <summary>Nothing is missing.</summary>
    Exact,

    /// <summary>Some messages are lost to it.</summary>
    Gap,

    /// <summary>The place it came with means nothing here: it is given all that is kept.</summary>
    Reset,
}
