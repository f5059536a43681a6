namespace Halley.Protocol.Links;

/// <summary>
/// One thing said over a <see cref="Link"/>: knows how it is written. What it is, its first byte says.
/// </summary>
public interface IFrame
{
    /// <summary>Appends the frame's bytes; its length is put before them by the link.</summary>
    void Write(ByteBuffer output);
}
