namespace Halley.Nodes;

/// <summary>How a node is, as another one sees it.</summary>
/// <param name="State">A stage in small letters, or down, or refuses.</param>
/// <param name="Refusal">Why it wants no link; null where it does.</param>
public sealed record NodeReport(string Name, string State, string Front, int Channels, int Subscribers, string? Refusal);
