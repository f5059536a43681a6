namespace Halley.Broker;

/// <param name="Channels">How many channels there are.</param>
/// <param name="Subscribers">How many subscriptions, on all channels.</param>
/// <param name="Receivers">How many receivers those have: one that listens to several channels counts once, but in a worker once for each.</param>
/// <param name="Published">How many messages were published since the start.</param>
/// <param name="Stored">How many messages all channels keep; what has expired counts until the tick that follows, or another one.</param>
public readonly record struct Counts(long Channels, long Subscribers, long Receivers, long Published, long Stored);
