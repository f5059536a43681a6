using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A sign that the sender does not stand still; either side sends it at every beat.</summary>
internal readonly record struct Alive(FrameType Type) : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output) => output.WriteType(Type);
}
