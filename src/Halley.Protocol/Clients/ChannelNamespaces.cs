namespace Halley.Protocol.Clients;

/// <summary>The namespaces of a server: of several that a name belongs to, the longest one holds. Any thread.</summary>
public sealed class ChannelNamespaces
{
    /// <summary>The most that there may be: a name is compared with each.</summary>
    public const int Most = 1000;

    private readonly ChannelNamespace[] _longestFirst;

    public ChannelNamespaces(IEnumerable<ChannelNamespace> all) =>
        _longestFirst = [.. all.OrderByDescending(one => one.Prefix.Length)];

    public static ChannelNamespaces None { get; } = new([]);

    public bool AreNone => _longestFirst.Length == 0;

    /// <summary>All of them, the longest prefixes first.</summary>
    public IReadOnlyList<ChannelNamespace> All => _longestFirst;

    /// <summary>The namespace of a channel; null for none.</summary>
    public ChannelNamespace? Find(ReadOnlySpan<byte> channel)
    {
        foreach (var one in _longestFirst)
        {
            if (channel.StartsWith(one.Prefix))
            {
                return one;
            }
        }

        return null;
    }

    /// <inheritdoc cref="HubOptions.RetentionOf"/>
    public Retention? RetentionOf(ReadOnlySpan<byte> channel) => Find(channel)?.Retention;

    /// <inheritdoc cref="HubOptions.SlowConsumersOf"/>
    public SlowConsumerPolicy SlowConsumersOf(ReadOnlySpan<byte> channel) =>
        Find(channel)?.SlowConsumers ?? SlowConsumerPolicy.End;

    /// <summary>
    /// Finds the rule for who may subscribe or publish to a channel; null where the endpoint decides.
    /// </summary>
    internal WhoMay? RuleOf(ClientAction action, byte[] channel) =>
        ObservedIn(channel) is { } observed
            ? action == ClientAction.Publish ? WhoMay.Nobody : observed.Presence
            : action == ClientAction.Publish ? Find(channel)?.Publish : Find(channel)?.Subscribe;

    /// <summary>Whether clients of a channel count that are not asked who they are, too.</summary>
    internal bool CountsEverybody(byte[] channel) =>
        ObservedIn(channel) is null && Find(channel) is { Presence: not null };

    /// <summary>Whether a channel is the comings and goings of another one.</summary>
    internal bool IsPresence(byte[] channel) => ObservedIn(channel) is not null;

    /// <inheritdoc cref="ChannelNamespace.RecoversNewest"/>
    internal bool RecoversNewest(byte[] channel) => Find(channel) is { RecoversNewest: true };

    /// <summary>Whether comings and goings of a channel's clients are published.</summary>
    internal bool TellsPresence(byte[] channel) =>
        ObservedIn(channel) is null && Find(channel) is { TellsPresence: true };

    /// <summary>Whether a client may read what a channel keeps.</summary>
    internal bool MayReadPast(byte[] channel, string user) =>
        ObservedIn(channel) is not null || Find(channel)?.ReadPast switch
        {
            WhoMay.Nobody => false,
            WhoMay.Users => user.Length > 0,
            _ => true,
        };

    // The namespace of the channel whose comings and goings this one is about; null where it is about none.
    private ChannelNamespace? ObservedIn(byte[] channel) =>
        PresenceChannel.TryParse(channel, out var observed) && Find(observed) is { TellsPresence: true } found
            ? found
            : null;
}
