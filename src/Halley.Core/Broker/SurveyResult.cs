namespace Halley.Broker;

/// <summary>The answers of the processes that share the channels to a question of a survey.</summary>
/// <param name="Answers">Of those that had something to say.</param>
/// <param name="IsWhole">
/// Whether everybody has answered. One that has not may have died, and what it bequeathed may be nobody's yet.
/// </param>
public readonly record struct SurveyResult(IReadOnlyList<byte[]> Answers, bool IsWhole);
