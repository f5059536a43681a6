using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>An answer how far a channel has got. What it has published before may come after this.</summary>
internal readonly record struct Position(uint Id, long Next) : IFrame
{
    public static Position Read(ref FrameReader reader) => new(reader.ReadUInt(), reader.ReadLong());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Position);
        output.WriteUInt(Id);
        output.WriteLong(Next);
    }
}
