using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker's report that it cannot serve, and ends.</summary>
internal readonly ref struct Failed(ReadOnlySpan<byte> why) : IFrame
{
    public ReadOnlySpan<byte> Why { get; } = why;

    public static Failed Read(ref FrameReader reader) => new(reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Failed);
        output.Write(Why);
    }
}
