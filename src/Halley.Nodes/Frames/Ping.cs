using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>Are you there?</summary>
internal readonly record struct Ping(long Number) : IFrame
{
    public static Ping Read(ref FrameReader reader) => new(reader.ReadLong());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Ping);
        output.WriteLong(Number);
    }
}
