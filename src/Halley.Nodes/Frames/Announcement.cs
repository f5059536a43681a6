using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>This is what I do from now on.</summary>
internal readonly record struct Announcement(NodeStage Stage) : IFrame
{
    public static Announcement Read(ref FrameReader reader) => new((NodeStage)reader.ReadByte());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Announcement);
        output.WriteByte((byte)Stage);
    }
}
