namespace Halley.Broker;

/// <param name="Position">The channel's epoch, and the offset of its next message.</param>
/// <param name="Oldest">
/// The offset of the oldest message kept, among that many of the newest; the next one's where none is kept.
/// </param>
public readonly record struct Reservation(StreamPosition Position, long Oldest);
