namespace Halley.Broker;

/// <param name="Position">Where the message lies; meaningful only when it was published.</param>
/// <param name="Stamp">When it was published; meaningful only then, too.</param>
/// <param name="IsRepeat">
/// Whether it had been published before, under the same idempotency key: position and stamp are those of that time.
/// </param>
public readonly record struct PublishResult(
    PublishStatus Status, StreamPosition Position, MessageStamp Stamp = default, bool IsRepeat = false);
