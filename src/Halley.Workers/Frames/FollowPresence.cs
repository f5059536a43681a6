using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker wants to be told of the comings and goings of channels from now on.</summary>
internal readonly record struct FollowPresence : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output) => output.WriteType(FrameType.FollowPresence);
}
