namespace Halley.Load.Wire;

/// <summary>The number and the time in a payload, and its channel.</summary>
/// <param name="Channel">The channel's index, or <see cref="Payload.Everybody"/>.</param>
/// <param name="Number">1, 2, 3 and so on in that channel.</param>
/// <param name="Sent">When it was published, in ticks of the Stopwatch.</param>
internal readonly record struct Stamp(int Channel, int Number, long Sent);
