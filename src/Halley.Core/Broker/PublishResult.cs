namespace Halley.Broker;

/// <param name="Position">The place of the message; meaningful only when it was published.</param>
/// <param name="Stamp">The time of publication; meaningful only then, too.</param>
/// <param name="IsRepeat">
/// Whether it had been published before, under the same idempotency key: position and stamp are those of that time.
/// </param>
public readonly record struct PublishResult(
    PublishStatus Status, StreamPosition Position, MessageStamp Stamp = default, bool IsRepeat = false);
