namespace Halley.Following;

/// <summary>The time that a message is kept, as far as its channel knows at the moment.</summary>
/// <param name="IsKept">Whether it is kept for later subscribers.</param>
/// <param name="Oldest">The offset of the oldest message kept: a copy forgets all before it.</param>
/// <param name="Life">Seconds until it expires; 0 for never.</param>
public readonly record struct Keeping(bool IsKept, long Oldest, uint Life);
