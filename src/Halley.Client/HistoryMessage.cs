namespace Halley.Client;

/// <summary>A message that a channel keeps.</summary>
/// <param name="Position">Where it lies.</param>
/// <param name="Time">When it was published, to the second.</param>
/// <param name="Payload">Its bytes, as they were published.</param>
/// <param name="Text">The same as text; null where they are no UTF-8.</param>
/// <param name="Event">As its publisher said it; null for nothing, as with the next two.</param>
/// <param name="Id">An id of the publisher's own.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record HistoryMessage(
    StreamPosition Position,
    DateTimeOffset Time,
    ReadOnlyMemory<byte> Payload,
    string? Text,
    string? Event,
    string? Id,
    string? ContentType);
