namespace Halley.Router;

/// <summary>What a router knows of one server: how it is, and which channels it has. Under its table's lock.</summary>
internal sealed class ChannelsOfServer(RoutedServer server)
{
    // With the time of the last word about each.
    private readonly Dictionary<byte[], long> _channels = new(NameComparer.Instance);

    // Those that were given to others while it was silent: where it comes back with one of them, its subscribers have missed something.
    private readonly HashSet<byte[]> _givenAway = new(NameComparer.Instance);

    /// <summary>It stays the same server; where its subscribers reach it may change.</summary>
    public RoutedServer Server { get; set; } = server;

    public ServerState State { get; set; }

    /// <summary>Since when it is as it is; a timestamp.</summary>
    public long Since { get; set; }

    /// <summary>Since when its feed is followed; null where it is not.</summary>
    public long? FollowedSince { get; set; }

    /// <summary>Whether it may have had channels all along that nobody could know of: it was silent before its feed was ever followed.</summary>
    public bool IsStranger { get; set; }

    /// <summary>Checks without an answer, in a row.</summary>
    public int Unanswered { get; set; }

    /// <summary>As it last said itself.</summary>
    public long Subscribers { get; set; }

    public int Count => _channels.Count;

    public IEnumerable<byte[]> Names => _channels.Keys;

    public bool Has(ReadOnlySpan<byte> name) => _channels.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(name);

    public void Add(ReadOnlySpan<byte> name, long now) => _channels.GetAlternateLookup<ReadOnlySpan<byte>>()[name] = now;

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

    /// <summary>Forgets what nobody has said to be here since.</summary>
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

    /// <summary>Lets others have its channels.</summary>
    public void GiveAway()
    {
        _givenAway.UnionWith(_channels.Keys);
        _channels.Clear();
    }

    /// <summary>Whether it comes back with a channel that others may have been given.</summary>
    public bool TakesBack(ReadOnlySpan<byte> name) => _givenAway.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name) || IsStranger;
}
