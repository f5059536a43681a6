namespace Halley.Protocol.Links;

/// <summary>The limits of a link. What goes beyond them ends it.</summary>
/// <param name="MaxFrameBytes">The longest frame that is taken from the other side.</param>
/// <param name="MaxQueuedBytes">
/// How many bytes may wait for the other side to read them; one frame more is let through.
/// </param>
public sealed record LinkOptions(int MaxFrameBytes, long MaxQueuedBytes);
