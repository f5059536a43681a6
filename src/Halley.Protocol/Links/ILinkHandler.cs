namespace Halley.Protocol.Links;

/// <summary>
/// The receiver of a link's frames. Called on the link's dispatcher; must not block and must not throw.
/// </summary>
public interface ILinkHandler
{
    /// <summary>One frame. Anything kept of it is copied: the bytes are gone when this returns.</summary>
    /// <returns>What is wrong with it, which ends the link; null for nothing.</returns>
    string? OnFrame(ReadOnlySpan<byte> frame);

    /// <summary>The link has ended; nothing is heard or sent any more. Called once.</summary>
    void OnEnded(string reason);
}
