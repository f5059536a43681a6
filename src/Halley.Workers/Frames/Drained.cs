using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker's report that none of its connections has anything under way.</summary>
internal readonly record struct Drained : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output) => output.WriteType(FrameType.Drained);
}
