using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A channel has so many subscribers more at a worker, or fewer.</summary>
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
