using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>Yes, and this is how I am.</summary>
internal readonly record struct Pong(long Number, NodeStage Stage, int Channels, int Subscribers) : IFrame
{
    public static Pong Read(ref FrameReader reader) => new(reader.ReadLong(), (NodeStage)reader.ReadByte(), reader.ReadInt(), reader.ReadInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Pong);
        output.WriteLong(Number);
        output.WriteByte((byte)Stage);
        output.WriteInt(Channels);
        output.WriteInt(Subscribers);
    }
}
