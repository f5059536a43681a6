namespace Halley.Client;

/// <summary>Counts, over all servers that share their channels.</summary>
/// <param name="Version">Of the server that answered.</param>
/// <param name="Channels">Channels there are.</param>
/// <param name="Subscriptions">Subscriptions on all channels.</param>
/// <param name="Subscribers">Connections that subscribe.</param>
/// <param name="Published">Messages published since the start of each server.</param>
/// <param name="Stored">Messages that all channels keep.</param>
public sealed record ServerInfo(
    string Version, long Channels, long Subscriptions, long Subscribers, long Published, long Stored);
