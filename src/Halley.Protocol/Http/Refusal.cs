namespace Halley.Protocol.Http;

/// <summary>A refusal of a request.</summary>
/// <param name="Status">With its phrase.</param>
/// <param name="Sentence">For people; where it stands, the dialect says. Null for none.</param>
/// <param name="Field">A further field, whole; null for none.</param>
internal sealed record Refusal(string Status, string? Sentence, string? Field = null);
