using System.Globalization;
using System.Text;

namespace Halley.Outbox;

/// <summary>
/// Makes the event that tells the operator's own servers of a publication; null for none. Any thread; quick, and
/// without locks.
/// </summary>
/// <returns>Null where nobody is to hear of it.</returns>
public delegate OutboxEntry? OutboxRule(ReadOnlySpan<byte> channel, in Publication publication);

/// <summary>An event before it is in a queue.</summary>
/// <param name="Receivers">The names of those that are to hear of it: a queue each.</param>
/// <param name="Text">
/// An object in JSON, whole but for its closing brace: a message's position is added when it has one.
/// </param>
public sealed record OutboxEntry(IReadOnlyList<string> Receivers, byte[] Text)
{
    /// <summary>The whole object.</summary>
    public byte[] Whole() => [.. Text, (byte)'}'];

    /// <summary>The whole object with the position of its message.</summary>
    public byte[] At(StreamPosition position) =>
    [
        .. Text,
        .. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $",\"epoch\":\"{position.Epoch}\",\"offset\":{position.Offset}}}")),
    ];

    /// <summary>The event that says how many others were lost.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public static byte[] Lost(long count, long now) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{{\"event\":\"events_lost\",\"time\":{now},\"count\":{count}}}"));
}
