using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker asks whether a further subscriber of a channel may be let in.</summary>
internal readonly record struct AskPlace(uint Id) : IFrame
{
    public static AskPlace Read(ref FrameReader reader) => new(reader.ReadUInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.AskPlace);
        output.WriteUInt(Id);
    }
}
