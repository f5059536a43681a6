using System.Globalization;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// Places in a stream, as the protocol has them: the epoch is text, and the offset that of the last message, where ours
/// is the next one's.
/// </summary>
internal static class EpochText
{
    // Another server's epoch: no stream of ours has it.
    private const long Foreign = -1;

    public static string Of(long epoch) => epoch.ToString(CultureInfo.InvariantCulture);

    /// <summary>The place that a client comes back with.</summary>
    public static StreamPosition PlaceOf(SubscribeRequest request) => PlaceOf(request.Epoch, request.Offset);

    /// <param name="last">The offset of the last message that was received.</param>
    public static StreamPosition PlaceOf(string epoch, long last) =>
        new(epoch.Length == 0 ? 0 : Parse(epoch), Math.Min(last, long.MaxValue - 1) + 1);

    /// <summary>The epoch of a text; of no stream where it is none.</summary>
    public static long Parse(string epoch) =>
        long.TryParse(epoch, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Foreign;
}
