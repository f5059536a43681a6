namespace Halley.Router;

/// <summary>
/// Which channels are where, as the servers' presence feeds tell it. What is not said again in time is forgotten; a server that refuses connections has
/// nothing; one that is silent keeps its channels, which nobody else can have without its subscribers missing something, until they too must have
/// noticed. Which servers there are may change meanwhile: what is said of one that is not there any more is let pass. Any thread.
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

    /// <summary>Whether a channel that is nowhere as far as is known may be somewhere: not every feed has been followed for long enough to tell.</summary>
    public bool IsUnsure
    {
        get
        {
            lock (_lock)
            {
                return Array.Exists(_servers, known => known.State == ServerState.Up
                    && (known.FollowedSince is not { } since || _time.GetElapsedTime(since) < _options.PresenceInterval + TimeSpan.FromSeconds(1)));
            }
        }
    }

    /// <summary>
    /// Takes other servers from now on. What is known of those that stay is kept; a new one may have channels that nobody knows of, until its feed was
    /// followed; those of one that goes are nowhere any more.
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

    /// <summary>A server's feed is followed from now on.</summary>
    public void BeginFollowing(RoutedServer server) => With(server, known => known.FollowedSince = _time.GetTimestamp());

    /// <summary>And no longer.</summary>
    public void EndFollowing(RoutedServer server) => With(server, known => known.FollowedSince = null);

    /// <summary>A channel is here.</summary>
    /// <returns>Whether its subscribers there have missed what others were given meanwhile: it has to be closed there.</returns>
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

    /// <summary>And no longer.</summary>
    public void Gone(RoutedServer server, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            Known(server)?.Remove(name);
        }
    }

    /// <summary>A server has answered.</summary>
    public void Answered(RoutedServer server, long subscribers) => With(server, known =>
    {
        known.Unanswered = 0;
        known.Subscribers = subscribers;
        Become(known, ServerState.Up);
    });

    /// <summary>A server has not answered.</summary>
    public void NotAnswered(RoutedServer server) => With(server, known =>
    {
        if (++known.Unanswered >= _options.DownAfter && known.State != ServerState.Gone)
        {
            known.IsStranger |= known.State == ServerState.Unknown;
            Become(known, ServerState.Silent);
        }
    });

    /// <summary>A server refuses connections.</summary>
    public void Refused(RoutedServer server) => With(server, known =>
    {
        known.Clear();
        known.IsStranger = false;
        known.Subscribers = 0;
        Become(known, ServerState.Gone);
    });

    /// <summary>Forgets what is too old; to be called every second.</summary>
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

    /// <summary>Where a channel is, the server first that would have it by hash.</summary>
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

    /// <summary>Which server would have a channel that is nowhere yet: by hash, of those that are up.</summary>
    /// <returns>Null where none is.</returns>
    public RoutedServer? Choice(ReadOnlySpan<byte> name)
    {
        var up = Up();
        return Rendezvous.First([.. up.Select(server => server.Utf8Name)], name) is var first and >= 0 ? up[first] : null;
    }

    public IReadOnlyList<RoutedServer> Up()
    {
        lock (_lock)
        {
            return [.. _servers.Where(known => known.State == ServerState.Up).Select(known => known.Server)];
        }
    }

    /// <returns><see cref="ServerState.Gone"/> also for one that is none of the servers.</returns>
    public ServerState StateOf(RoutedServer server)
    {
        lock (_lock)
        {
            return Known(server)?.State ?? ServerState.Gone;
        }
    }

    /// <summary>How each server is.</summary>
    public IReadOnlyList<ServerReport> Report()
    {
        lock (_lock)
        {
            return [.. _servers.Select(known => new ServerReport(known.Server, known.State, known.FollowedSince is not null, known.Count, known.Subscribers))];
        }
    }

    /// <summary>The channels behind a name, in the order of their bytes, with where they are.</summary>
    /// <param name="after">Empty for the first ones.</param>
    /// <param name="isLast">Whether there are no more behind them.</param>
    public IReadOnlyList<(byte[] Name, IReadOnlyList<RoutedServer> Places)> Routes(byte[] after, int limit, out bool isLast)
    {
        SortedSet<byte[]> names = new(Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)));
        lock (_lock)
        {
            // No more are kept than are wanted and one: there may be a million.
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
public sealed record ServerReport(RoutedServer Server, ServerState State, bool IsFollowed, int Channels, long Subscribers);
