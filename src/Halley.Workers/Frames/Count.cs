using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A change of the number of a channel's subscribers at a worker.</summary>
internal readonly record struct Count(uint Id, int By) : IFrame
{
    public static Count Read(ref FrameReader reader) => new(reader.ReadUInt(), reader.ReadInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Count);
        output.WriteUInt(Id);
        output.WriteInt(By);
    }
}
