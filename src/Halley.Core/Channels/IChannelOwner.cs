namespace Halley.Channels;

/// <summary>The keeper of channels. One object is all three, so that a channel has one reference to it.</summary>
internal interface IChannelOwner : IChannelLimits, IChannelClock, IChannelObserver;
