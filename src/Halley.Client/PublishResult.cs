namespace Halley.Client;

/// <summary>A message has its place in a channel.</summary>
/// <param name="Position">Where it lies; a subscriber that stands there is given what comes after it.</param>
/// <param name="IsRepeat">Whether it lay there already, published with the same idempotency key.</param>
public sealed record PublishResult(StreamPosition Position, bool IsRepeat);
