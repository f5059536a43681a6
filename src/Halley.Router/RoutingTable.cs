namespace Halley.Router;

/// <summary>
/// The servers of each channel, as the servers' presence feeds name them. A channel that is not named again in time is
/// forgotten. A server that refuses connections has none. A silent one keeps its channels until its subscribers must
/// have noticed too: if others had them before, those subscribers would miss something. The set of servers may change
/// at any time: reports about a server that is not in it are ignored. Any thread.
/// </summary>
public sealed class RoutingTable
{
    private readonly Lock _lock = new();
    private ChannelsOfServer[] _servers;
    private readonly RouterOptions _options;
    private readonly TimeProvider _time;

    public RoutingTable(IEnumerable<RoutedServer> servers, RouterOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _servers = [.. servers.Select(Begin)];
    }

    public IReadOnlyList<RoutedServer> Servers
    {
        get
        {
            lock (_lock)
            {
                return [.. _servers.Select(known => known.Server)];
            }
        }
    }

    /// <summary>
    /// Whether an unknown channel may exist: not every feed has been followed for long enough to tell.
    /// </summary>
    public bool IsUnsure
    {
        get
        {
            lock (_lock)
            {
                return Array.Exists(_servers, known => known.State == ServerState.Up
                    && (known.FollowedSince is not { } since || _time.GetElapsedTime(since) < _options.TimeToKnow));
            }
        }
    }

    /// <summary>
    /// Replaces the set of servers. The knowledge of those that stay is kept; a new one may have unknown channels until
    /// its feed was followed; the channels of one that goes are forgotten.
    /// </summary>
    public void Take(IEnumerable<RoutedServer> servers)
    {
        lock (_lock)
        {
            _servers = [.. servers.Select(server =>
            {
                var known = Known(server) ?? Begin(server);
                known.Server = server;
                return known;
            })];
        }
    }

    /// <summary>Reports that a server's feed is followed from now on.</summary>
    public void BeginFollowing(RoutedServer server) =>
        With(server, known => known.FollowedSince = _time.GetTimestamp());

    /// <summary>Reports that a server's feed is no longer followed.</summary>
    public void EndFollowing(RoutedServer server) => With(server, known => known.FollowedSince = null);

    /// <summary>Reports that a server has a channel.</summary>
    /// <returns>
    /// Whether its subscribers there have missed messages that went to others meanwhile: it has to be closed there.
    /// </returns>
    public bool Here(RoutedServer server, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            if (Known(server) is not { } known)
            {
                return false;
            }

            var isElsewhere = false;
            foreach (var other in _servers)
            {
                isElsewhere |= other != known && other.Has(name);
            }

            known.Add(name, _time.GetTimestamp());
            return known.TakesBack(name) && isElsewhere;
        }
    }

    /// <summary>Reports that a server does not have a channel any more.</summary>
    public void Gone(RoutedServer server, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            Known(server)?.Remove(name);
        }
    }

    /// <summary>Reports that a server has answered a check.</summary>
    public void Answered(RoutedServer server, long subscribers) => With(server, known =>
    {
        known.Unanswered = 0;
        known.Subscribers = subscribers;
        Become(known, ServerState.Up);
    });

    /// <summary>Reports that a server has not answered a check.</summary>
    public void NotAnswered(RoutedServer server) => With(server, known =>
    {
        if (++known.Unanswered >= _options.DownAfter && known.State != ServerState.Gone)
        {
            known.IsStranger |= known.State == ServerState.Unknown;
            Become(known, ServerState.Silent);
        }
    });

    /// <summary>Reports that a server refuses connections.</summary>
    public void Refused(RoutedServer server) => With(server, known =>
    {
        known.Clear();
        known.IsStranger = false;
        known.Subscribers = 0;
        Become(known, ServerState.Gone);
    });

    /// <summary>Forgets what is too old. To be called every second.</summary>
    public void Sweep()
    {
        var now = _time.GetTimestamp();
        var forget = (long)(_options.ForgetAfter.TotalSeconds * _time.TimestampFrequency);
        lock (_lock)
        {
            foreach (var known in _servers)
            {
                if (known.State == ServerState.Silent)
                {
                    if (now - known.Since >= forget && known.Count > 0)
                    {
                        known.GiveAway();
                    }
                }
                else if (known.FollowedSince is { } since && now - since >= forget)
                {
                    known.ForgetBefore(now - forget);
                    known.IsStranger = false;
                }
            }
        }
    }

    /// <summary>Finds the servers that have a channel; first the one that would have it by hash.</summary>
    public IReadOnlyList<RoutedServer> Places(ReadOnlySpan<byte> name)
    {
        List<RoutedServer> places = [];
        lock (_lock)
        {
            foreach (var known in _servers)
            {
                if (known.Has(name))
                {
                    places.Add(known.Server);
                }
            }
        }

        var first = places.Count > 1 ? Rendezvous.First([.. places.Select(server => server.Utf8Name)], name) : 0;
        if (first > 0)
        {
            (places[0], places[first]) = (places[first], places[0]);
        }

        return places;
    }

    /// <summary>Chooses a server for a channel that none has yet: by hash, of those that are up.</summary>
    /// <returns>Null where none is.</returns>
    public RoutedServer? Choice(ReadOnlySpan<byte> name)
    {
        var up = Up();
        return Rendezvous.First([.. up.Select(server => server.Utf8Name)], name) is var first and >= 0
            ? up[first]
            : null;
    }

    public IReadOnlyList<RoutedServer> Up()
    {
        lock (_lock)
        {
            return [.. _servers.Where(known => known.State == ServerState.Up).Select(known => known.Server)];
        }
    }

    /// <returns><see cref="ServerState.Gone"/> also for a server that is not in the set.</returns>
    public ServerState StateOf(RoutedServer server)
    {
        lock (_lock)
        {
            return Known(server)?.State ?? ServerState.Gone;
        }
    }

    /// <summary>Reports the state of each server.</summary>
    public IReadOnlyList<ServerReport> Report()
    {
        lock (_lock)
        {
            return [.. _servers.Select(known => new ServerReport(
                known.Server, known.State, known.FollowedSince is not null, known.Count, known.Subscribers))];
        }
    }

    /// <summary>Lists the channels behind a name, in the order of their bytes, with their servers.</summary>
    /// <param name="after">Empty for the first ones.</param>
    /// <param name="isLast">Whether there are no more behind them.</param>
    public IReadOnlyList<(byte[] Name, IReadOnlyList<RoutedServer> Places)> Routes(
        byte[] after, int limit, out bool isLast)
    {
        SortedSet<byte[]> names = new(Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)));
        lock (_lock)
        {
            // One more than wanted is kept at most: there may be a million.
            foreach (var name in _servers.SelectMany(known => known.Names))
            {
                if (name.AsSpan().SequenceCompareTo(after) > 0 && names.Add(name) && names.Count > limit + 1)
                {
                    names.Remove(names.Max!);
                }
            }
        }

        isLast = names.Count <= limit;
        return [.. names.Take(limit).Select(name => (name, Places(name)))];
    }

    private void Become(ChannelsOfServer known, ServerState state)
    {
        if (known.State != state)
        {
            (known.State, known.Since) = (state, _time.GetTimestamp());
        }
    }

    private void With(RoutedServer server, Action<ChannelsOfServer> change)
    {
        lock (_lock)
        {
            if (Known(server) is { } known)
            {
                change(known);
            }
        }
    }

    private ChannelsOfServer Begin(RoutedServer server) => new(server) { Since = _time.GetTimestamp() };

    private ChannelsOfServer? Known(RoutedServer server) => Array.Find(_servers, known => known.Server == server);
}

/// <param name="IsFollowed">Whether its presence feed is heard.</param>
public sealed record ServerReport(
    RoutedServer Server, ServerState State, bool IsFollowed, int Channels, long Subscribers);
