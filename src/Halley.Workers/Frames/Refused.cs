using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>An answer that a channel cannot be followed. Its number is free again.</summary>
internal readonly record struct Refused(uint Id, AttachStatus Status) : IFrame
{
    public static Refused Read(ref FrameReader reader) => new(reader.ReadUInt(), (AttachStatus)reader.ReadByte());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Refused);
        output.WriteUInt(Id);
        output.WriteByte((byte)Status);
    }
}
