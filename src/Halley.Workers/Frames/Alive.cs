using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>Whoever says this does not stand still; either side says it at every beat.</summary>
internal readonly record struct Alive(FrameType Type) : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output) => output.WriteType(Type);
}
