using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>Yes, and this is how I am.</summary>
/// <param name="Term">In which term I have given up what is yours; 0 where I do not take you for one that serves.</param>
internal readonly record struct Pong(long Number, NodeStage Stage, int Term, int Channels, int Subscribers) : IFrame
{
    public static Pong Read(ref FrameReader reader) => new(reader.ReadLong(), (NodeStage)reader.ReadByte(), reader.ReadInt(), reader.ReadInt(), reader.ReadInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Pong);
        output.WriteLong(Number);
        output.WriteByte((byte)Stage);
        output.WriteInt(Term);
        output.WriteInt(Channels);
        output.WriteInt(Subscribers);
    }
}
