namespace Halley.Protocol.Clients;

/// <summary>The rules for the channels whose names begin with a prefix. Immutable.</summary>
/// <remarks>
/// Who may: null where the endpoint's own <c>auth</c> decides, and for <see cref="ReadPast"/>, whoever may subscribe.
/// </remarks>
/// <param name="Prefix">Bytes of channels' names; empty for all channels.</param>
public sealed record ChannelNamespace(byte[] Prefix)
{
    public WhoMay? Subscribe { get; init; }

    public WhoMay? Publish { get; init; }

    /// <summary>The clients that may read what its channels keep; others have what is published from now on.</summary>
    public WhoMay? ReadPast { get; init; }

    /// <summary>
    /// The clients that may listen to comings and goings; null where clients count only where they are asked who they
    /// are.
    /// </summary>
    public WhoMay? Presence { get; init; }

    /// <summary>Whether comings and goings are published; see <see cref="PresenceChannel"/>.</summary>
    public bool TellsPresence { get; init; }

    /// <summary>
    /// Whether sessions that come back are given the newest message alone, rather than all that they missed: for
    /// channels whose messages each say all there is to say.
    /// </summary>
    public bool RecoversNewest { get; init; }

    /// <summary>The treatment of subscribers that are too slow.</summary>
    public SlowConsumerPolicy SlowConsumers { get; init; }

    /// <summary>
    /// The name of the operator's server that says who may subscribe a session; null for what the endpoint says.
    /// </summary>
    public string? SubscribeProxy { get; init; }

    /// <summary>The same of what sessions publish.</summary>
    public string? PublishProxy { get; init; }

    /// <summary>
    /// The one that says how long a subscription may stay that <see cref="SubscribeProxy"/> has allowed; null for none.
    /// </summary>
    public string? SubRefreshProxy { get; init; }

    /// <summary>
    /// The retention of a message whose publisher does not say; null for the server's rule of all channels.
    /// </summary>
    public Retention? Retention { get; init; }
}

/// <summary>A class of clients that a namespace lets do something.</summary>
public enum WhoMay
{
    Nobody,

    /// <summary>Clients with a name: the token's, or the one that the operator's backend says.</summary>
    Users,

    /// <summary>Everybody, without a token too. One that is shown still has to be right.</summary>
    Anyone,
}
