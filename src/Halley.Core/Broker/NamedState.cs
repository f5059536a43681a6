using Halley.Channels;

namespace Halley.Broker;

/// <summary>A channel's name and state.</summary>
public readonly record struct NamedState(byte[] Name, ChannelState State);
