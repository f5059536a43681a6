using Halley.Channels;

namespace Halley;

/// <summary>A place in a channel's stream.</summary>
/// <param name="Epoch">
/// The incarnation of the stream. It changes whenever an offset could be given a second time: when a channel is
/// forgotten and created again, and when the node starts again.
/// </param>
/// <param name="Offset">Contiguous within the epoch; the first message has 1, and 0 is the place before it.</param>
public readonly record struct StreamPosition(long Epoch, long Offset)
{
    /// <summary>Whether this place, with which a subscriber came back, means nothing in a stream.</summary>
    /// <param name="stream">The stream's epoch, and the offset that its next message will have.</param>
    internal bool IsVoidIn(StreamPosition stream, out LossReason reason)
    {
        // Without an offset there is no place to lose; without an epoch the client is believed.
        var isOfAnother = Epoch != 0 && Epoch != stream.Epoch;
        reason = isOfAnother ? LossReason.Epoch : LossReason.Ahead;
        return Offset != 0 && (isOfAnother || Offset > stream.Offset);
    }
}
