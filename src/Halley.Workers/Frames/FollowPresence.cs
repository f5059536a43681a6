using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Workers.Frames;

/// <summary>A worker's wish to follow the comings and goings of channels.</summary>
internal readonly record struct FollowPresence : IFrame
{
    /// <inheritdoc/>
    public void Write(ByteBuffer output) => output.WriteType(FrameType.FollowPresence);
}
