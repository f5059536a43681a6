namespace Halley.Load.Clients;

/// <summary>
/// The beginning of what a subscriber is being sent: bytes not yet taken apart, and text whose message is not whole.
/// </summary>
internal sealed record Leftover(byte[] Bytes, byte[] Text)
{
    public static Leftover Nothing { get; } = new([], []);

    /// <summary>Null where there is nothing: most subscribers, most of the time.</summary>
    public static Leftover? Of(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text) =>
        bytes.IsEmpty && text.IsEmpty ? null : new Leftover(bytes.ToArray(), text.ToArray());
}
