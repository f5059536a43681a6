namespace Halley.Engine.Connections;

/// <summary>What an answer waits for that comes later.</summary>
/// <param name="GiveUp">Called when the client goes before.</param>
/// <param name="EndsWithClient">Whether one that has ended its side has gone.</param>
internal readonly record struct AwaitedAnswer(Action GiveUp, bool EndsWithClient);
