namespace Halley;

/// <summary>A place in a channel's stream.</summary>
/// <param name="Epoch">
/// One incarnation of the stream. It changes whenever an offset could be given a second time: when a channel is forgotten and made again, and
/// when the node starts again.
/// </param>
/// <param name="Offset">Contiguous within the epoch; the first message has 1, and 0 is the place before it.</param>
public readonly record struct StreamPosition(long Epoch, long Offset);
