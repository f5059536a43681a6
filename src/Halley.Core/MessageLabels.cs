namespace Halley;

/// <summary>
/// The labels of a message, which its publisher may set beside its content. Null means "not said", which differs from
/// empty.
/// </summary>
/// <param name="EventId">The id that a subscriber may name as the last it has seen.</param>
/// <param name="EventType">The event that a browser's EventSource raises.</param>
/// <param name="ContentType">The media type of the payload.</param>
public sealed record MessageLabels(byte[]? EventId, byte[]? EventType, byte[]? ContentType);
