namespace Halley.Protocol.Clients;

/// <summary>The claims of a token that was found to be right. Immutable; shared by all requests that show it.</summary>
/// <param name="User">Whom it was given to: <c>sub</c>; empty where it names nobody.</param>
/// <param name="Info">What others may see of that user, as JSON; null where it says nothing.</param>
/// <param name="TokenId">Its own name, <c>jti</c>; null where it has none.</param>
/// <param name="IssuedAt">When it was made; null where it does not say.</param>
/// <param name="Expires">When it is worth nothing any more; null for never.</param>
/// <param name="Subscribe">The channels that may be subscribed to; null where it does not say.</param>
/// <param name="Publish">The channels that may be published to; null where it does not say.</param>
public sealed record TokenClaims(
    string User,
    byte[]? Info,
    string? TokenId,
    DateTimeOffset? IssuedAt,
    DateTimeOffset? Expires,
    ChannelPatterns? Subscribe,
    ChannelPatterns? Publish)
{
    /// <summary>Finds the channels that it allows an action on; null where it does not say.</summary>
    public ChannelPatterns? For(ClientAction action) => action == ClientAction.Subscribe ? Subscribe : Publish;

    /// <summary>The channels that a session listens to from its beginning; none where it does not say.</summary>
    public IReadOnlyList<GrantedSubscription> Grants { get; init; } = [];

    /// <summary>The one channel that it is a subscription token for; null where it is none.</summary>
    public GrantedSubscription? Grant { get; init; }

    /// <summary>The id of the one session that a subscription token is for; null for any of its user's.</summary>
    public string? Client { get; init; }
}

/// <summary>A subscription that a token gives its user. Immutable.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Info">What others in the channel may see of the user besides, as JSON; null for nothing.</param>
/// <param name="Data">What the client is told with it, as JSON or any bytes; null for nothing.</param>
public sealed record GrantedSubscription(byte[] Channel, byte[]? Info, byte[]? Data)
{
    /// <summary>Whether what was missed is told; null where the endpoint decides.</summary>
    public bool? Recovers { get; init; }

    /// <summary>Whether places in the stream are told; null where the endpoint decides.</summary>
    public bool? TellsPlaces { get; init; }

    /// <summary>Whether comings and goings are told; null where the endpoint decides.</summary>
    public bool? TellsPresence { get; init; }

    /// <summary>The time at which it ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }
}

/// <summary>The outcome of looking at a token.</summary>
/// <param name="Claims">Null where it is not right.</param>
/// <param name="Fault">What is wrong with it, a sentence that gives away nothing of it; null where it is right.</param>
/// <param name="IsTemporary">Whether the token may be right, and cannot be looked at now.</param>
public sealed record TokenVerdict(TokenClaims? Claims, string? Fault = null, bool IsTemporary = false)
{
    /// <summary>Whether it was right once, and its time is over.</summary>
    public bool IsExpired { get; init; }

    public static TokenVerdict Wrong(string fault) => new(null, fault);
}

/// <summary>Says whether a token is right: the port to a library that knows signatures.</summary>
public interface ITokenVerifier
{
    /// <summary>
    /// Changes whenever the keys do: what was found with others does not count any more. Any thread.
    /// </summary>
    int KeyVersion { get; }

    /// <summary>
    /// Looks at a token. Not on a dispatcher: a signature takes from ten to hundreds of microseconds, and keys may have
    /// to be fetched. Does not throw.
    /// </summary>
    Task<TokenVerdict> Verify(string token);
}
