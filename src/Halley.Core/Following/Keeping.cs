namespace Halley.Following;

/// <summary>How long a message is kept, as far as the channel that has it knows at the moment.</summary>
/// <param name="IsKept">Whether it is kept for those who come later.</param>
/// <param name="Oldest">The offset of the oldest message kept: what a copy has before it is forgotten there.</param>
/// <param name="Life">Seconds until it expires; 0 for never.</param>
public readonly record struct Keeping(bool IsKept, long Oldest, uint Life);
