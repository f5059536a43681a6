namespace Halley.Broker;

/// <param name="Channels">The number of channels.</param>
/// <param name="Subscribers">The number of subscriptions, on all channels.</param>
/// <param name="Receivers">
/// The number of their receivers: one that listens to several channels counts once, but in a worker once for each.
/// </param>
/// <param name="Published">The number of messages published since the start.</param>
/// <param name="Stored">
/// The number of messages that all channels keep; an expired one counts until the next tick, or the one after.
/// </param>
public readonly record struct Counts(long Channels, long Subscribers, long Receivers, long Published, long Stored);
