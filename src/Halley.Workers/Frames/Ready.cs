using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker's report that it listens.</summary>
internal readonly record struct Ready(int Process) : IFrame
{
    public static Ready Read(ref FrameReader reader) => new(reader.ReadInt());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Ready);
        output.WriteInt(Process);
    }
}
