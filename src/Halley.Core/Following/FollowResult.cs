using Halley.Channels;

namespace Halley.Following;

/// <summary>A channel of this process to attach to, or why there is none.</summary>
public readonly record struct FollowResult
{
    public FollowResult(Channel channel) => Channel = channel;

    /// <param name="why">
    /// <see cref="AttachStatus.ChannelClosed"/> for one that has ended meanwhile and is to be asked for again.
    /// </param>
    public FollowResult(AttachStatus why) => Status = why;

    public Channel? Channel { get; }

    /// <summary>To be read where there is no channel.</summary>
    public AttachStatus Status { get; }
}
