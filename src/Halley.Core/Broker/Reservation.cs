namespace Halley.Broker;

/// <param name="Position">The channel's epoch, and the offset that its next message will have.</param>
/// <param name="Oldest">The offset of the oldest message kept, among as many of the newest as were asked for; the next one's where none is kept.</param>
public readonly record struct Reservation(StreamPosition Position, long Oldest);
