namespace Halley.Engine.Connections;

/// <summary>The operation that a late answer waits for.</summary>
/// <param name="GiveUp">Is called when the client leaves before.</param>
/// <param name="EndsWithClient">Whether the end of the client's side counts as leaving.</param>
internal readonly record struct AwaitedAnswer(Action GiveUp, bool EndsWithClient);
