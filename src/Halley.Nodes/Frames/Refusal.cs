using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Frames;

/// <summary>A node wants no link; the sentence is for the other one's log.</summary>
internal readonly ref struct Refusal(ReadOnlySpan<byte> why) : IFrame
{
    public ReadOnlySpan<byte> Why { get; } = why;

    public static Refusal Read(ref FrameReader reader) => new(reader.ReadRest());

    /// <inheritdoc/>
    public void Write(ByteBuffer output)
    {
        output.WriteType(FrameType.Refusal);
        output.Write(Why);
    }
}
