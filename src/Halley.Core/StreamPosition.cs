using Halley.Channels;

namespace Halley;

/// <summary>A place in a channel's stream.</summary>
/// <param name="Epoch">
/// One incarnation of the stream. It changes whenever an offset could be given a second time: when a channel is forgotten and made again, and
/// when the node starts again.
/// </param>
/// <param name="Offset">Contiguous within the epoch; the first message has 1, and 0 is the place before it.</param>
public readonly record struct StreamPosition(long Epoch, long Offset)
{
    /// <summary>Whether this place, which a subscriber came back with, means nothing in a stream.</summary>
    /// <param name="stream">The stream's epoch, and the offset that its next message will have.</param>
    internal bool IsVoidIn(StreamPosition stream, out LossReason reason)
    {
        // Who knows no offset has no place to lose; who knows no epoch is believed.
        var isOfAnother = Epoch != 0 && Epoch != stream.Epoch;
        reason = isOfAnother ? LossReason.Epoch : LossReason.Ahead;
        return Offset != 0 && (isOfAnother || Offset > stream.Offset);
    }
}
