namespace Halley;

/// <summary>That a channel, or an answer that was held, has ended; and what there is to say about it.</summary>
/// <param name="Position">Where the stream ended: the next message would have had this offset.</param>
/// <param name="Farewell">The words of whoever ended it; null for none.</param>
public readonly record struct Ending(CloseReason Reason, StreamPosition Position, byte[]? Farewell = null);
