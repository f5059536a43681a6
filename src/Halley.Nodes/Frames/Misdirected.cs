using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>The channel of a request is another node's, as far as I can see; nothing was done.</summary>
internal readonly record struct Misdirected(uint Id) : IFrame
{
    public static Misdirected Read(ref FrameReader reader) => new(reader.ReadUInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Misdirected);
        output.WriteUInt(Id);
    }
}
