namespace Halley;

/// <summary>
/// One publication in one channel's stream. Immutable; shared by all who receive it and by the history.
/// </summary>
/// <param name="offset">Its place in the stream: contiguous, from 1.</param>
/// <param name="payload">The bytes as published. Nobody writes to them any more.</param>
/// <param name="traits">Notes of the publishing dialect for the encoding one.</param>
/// <param name="stamp">Its place among all messages of the node, by time.</param>
/// <param name="labels">The publisher's labels; usually null, for none.</param>
public sealed class Message(
    long offset, byte[] payload, MessageTraits traits, MessageStamp stamp = default, MessageLabels? labels = null)
{
    public long Offset { get; } = offset;

    public MessageTraits Traits { get; } = traits;

    public MessageStamp Stamp { get; } = stamp;

    public MessageLabels? Labels { get; } = labels;

    /// <summary>Byte-exact, as the publisher gave them.</summary>
    public ReadOnlySpan<byte> Payload => payload;

    /// <summary>The same bytes, to be kept beyond the message's life. To be read only.</summary>
    public byte[] SharedPayload => payload;

    /// <summary>The tick of its channel's owner after which nobody receives it any more; 0 for never.</summary>
    internal uint ExpiresAt { get; init; }
}

/// <summary>The form in which a publisher gave a message. The core only carries it.</summary>
[Flags]
public enum MessageTraits : byte
{
    None = 0,

    /// <summary>Published to every channel at once.</summary>
    Broadcast = 1,

    /// <summary>The payload is the inside of a JSON string, already escaped, rather than text.</summary>
    JsonEscaped = 2,
}
