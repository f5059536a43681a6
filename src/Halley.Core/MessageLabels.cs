namespace Halley;

/// <summary>What a publisher may say about a message beside its content. Null is "not said", which is something else than empty.</summary>
/// <param name="EventId">The id that a subscriber may name as the last it has seen.</param>
/// <param name="EventType">The event that a browser's EventSource raises.</param>
/// <param name="ContentType">The media type of the payload.</param>
public sealed record MessageLabels(byte[]? EventId, byte[]? EventType, byte[]? ContentType);
