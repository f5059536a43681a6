namespace Halley;

/// <summary>A question about the channel of a name.</summary>
public delegate bool ChannelPredicate(ReadOnlySpan<byte> channel);
