namespace Halley;

/// <summary>Whether something holds for the channel of a name.</summary>
public delegate bool ChannelPredicate(ReadOnlySpan<byte> channel);
