using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A note that what a channel kept was forgotten.</summary>
/// <param name="Before">Messages from this offset on came later, and are kept.</param>
internal readonly record struct Cleared(uint Id, long Before) : IFrame
{
    public static Cleared Read(ref FrameReader reader) => new(reader.ReadUInt(), reader.ReadLong());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Cleared);
        output.WriteUInt(Id);
        output.WriteLong(Before);
    }
}
