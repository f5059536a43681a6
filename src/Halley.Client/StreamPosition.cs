using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Halley.Client;

/// <summary>
/// A place in a channel's stream: the last message that lies behind whoever stands there. A program that keeps it with
/// its own data goes on there after its own restarts, on any transport. As text it is <c>EPOCH:OFFSET</c>.
/// </summary>
public readonly record struct StreamPosition
{
    private const int MostDigits = 20;

    /// <param name="epoch">The incarnation of the channel; empty where none is known.</param>
    /// <param name="offset">The offset of the last message; 0 before the first.</param>
    /// <exception cref="ArgumentException">The epoch has other characters than digits, or more than 20.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or 2^53 or more.</exception>
    public StreamPosition(string epoch, long offset)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, 1L << 53);
        if (!IsEpoch(epoch))
        {
            throw new ArgumentException("An epoch is a number as text.", nameof(epoch));
        }

        // As in the default value, so that the two are equal.
        Epoch = epoch.Length == 0 ? null! : epoch;
        Offset = offset;
    }

    /// <summary>Before everything that a channel keeps; the default value.</summary>
    public static StreamPosition Beginning => default;

    /// <summary>
    /// The incarnation of the channel, a number as text; empty where none is known. It changes when the channel was
    /// closed or forgotten, or its server started again.
    /// </summary>
    public string Epoch
    {
        get => field ?? "";
        private init;
    }

    /// <summary>Contiguous within the epoch; the first message has 1, and 0 is the place before it.</summary>
    public long Offset { get; }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is no position.</exception>
    public static StreamPosition Parse(string text) =>
        TryParse(text, out var position) ? position : throw new FormatException("A position is EPOCH:OFFSET.");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out StreamPosition position)
    {
        position = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0
            || !IsEpoch(text.AsSpan(0, colon))
            || !long.TryParse(
                text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || offset >= 1L << 53)
        {
            return false;
        }

        position = new StreamPosition(text![..colon], offset);
        return true;
    }

    /// <summary><c>EPOCH:OFFSET</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Offset}");

    private static bool IsEpoch(ReadOnlySpan<char> text) =>
        text.Length <= MostDigits && !text.ContainsAnyExceptInRange('0', '9');
}
