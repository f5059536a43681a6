using Halley.Channels;

namespace Halley.Broker;

/// <summary>A channel, and how it is.</summary>
public readonly record struct NamedState(byte[] Name, ChannelState State);
