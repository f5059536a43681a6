namespace Halley;

/// <summary>The end of a channel, or of an answer that was held.</summary>
/// <param name="Position">The offset that the next message would have had.</param>
/// <param name="Farewell">The words of the publisher who ended it; null for none.</param>
public readonly record struct Ending(CloseReason Reason, StreamPosition Position, byte[]? Farewell = null);
