namespace Halley.Router;

/// <summary>A router's knowledge of one server: its state, and its channels. Under its table's lock.</summary>
internal sealed class ChannelsOfServer(RoutedServer server)
{
    // With the time of the last line about each.
    private readonly Dictionary<byte[], long> _channels = new(NameComparer.Instance);

    // The channels that were given to others while it was silent: where it comes back with one of them, its subscribers
    // have missed something.
    private readonly HashSet<byte[]> _givenAway = new(NameComparer.Instance);

    /// <summary>The server; its front address may change.</summary>
    public RoutedServer Server { get; set; } = server;

    public ServerState State { get; set; }

    /// <summary>The timestamp of the last change of its state.</summary>
    public long Since { get; set; }

    /// <summary>The timestamp since which its feed is followed; null where it is not.</summary>
    public long? FollowedSince { get; set; }

    /// <summary>
    /// Whether it may have had unknown channels all along: it was silent before its feed was ever followed.
    /// </summary>
    public bool IsStranger { get; set; }

    /// <summary>The number of checks in a row without an answer.</summary>
    public int Unanswered { get; set; }

    /// <summary>The number of its subscribers, as it last said itself.</summary>
    public long Subscribers { get; set; }

    public int Count => _channels.Count;

    public IEnumerable<byte[]> Names => _channels.Keys;

    public bool Has(ReadOnlySpan<byte> name) => _channels.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(name);

    public void Add(ReadOnlySpan<byte> name, long now) =>
        _channels.GetAlternateLookup<ReadOnlySpan<byte>>()[name] = now;

    public void Remove(ReadOnlySpan<byte> name)
    {
        _channels.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name);
        _givenAway.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name);
    }

    public void Clear()
    {
        _channels.Clear();
        _givenAway.Clear();
    }

    /// <summary>Forgets the channels that its feed has not named since.</summary>
    public void ForgetBefore(long timestamp)
    {
        foreach (var (name, last) in _channels)
        {
            if (last < timestamp)
            {
                _channels.Remove(name);
            }
        }
    }

    /// <summary>Gives its channels to others.</summary>
    public void GiveAway()
    {
        _givenAway.UnionWith(_channels.Keys);
        _channels.Clear();
    }

    /// <summary>Whether it comes back with a channel that others may have been given.</summary>
    public bool TakesBack(ReadOnlySpan<byte> name) =>
        _givenAway.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name) || IsStranger;
}
