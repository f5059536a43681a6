using System.Collections.Concurrent;
using Halley.Protocol.Access;

namespace Halley.Protocol.Clients;

/// <summary>
/// The clients of this process that were asked who they are, while answers are held for them; and what was revoked. Any
/// thread.
/// </summary>
public sealed class ClientRegistry(ClientLimits limits, TimeProvider time)
{
    // Users that are told apart by how often they publish.
    private const int MostUsers = 100_000;

    private readonly ConcurrentDictionary<AdmittedClient, byte> _clients = new();
    private readonly ConcurrentDictionary<string, int> _connections = new(StringComparer.Ordinal);
    private int _nameless;
    private volatile ClientLimits _limits = limits;
    private volatile TokenBuckets<string>? _publishes = PublishesOf(limits, time);

    /// <summary>The tokens that are not worth anything any more.</summary>
    public Revocations Revocations { get; } = new(time);

    /// <summary>The clients present where comings and goings are published; null where that is nowhere.</summary>
    internal PresenceLedger? Ledger { get; set; }

    internal TimeProvider Time => time;

    /// <summary>The clients at this moment, in no order.</summary>
    public IEnumerable<AdmittedClient> All => _clients.Select(pair => pair.Key);

    /// <summary>
    /// The users that are here, each once; all that are nobody in particular are one, with an empty name.
    /// </summary>
    internal IEnumerable<string> Users => _connections.Select(static pair => pair.Key)
        .Concat(Volatile.Read(ref _nameless) > 0 ? [""] : Array.Empty<string>());

    /// <summary>The number of these.</summary>
    internal int UserCount => _connections.Count + Math.Min(1, Volatile.Read(ref _nameless));

    /// <summary>Takes over other limits. A client that is here already stays, and counts.</summary>
    public void Change(ClientLimits limits)
    {
        if (limits.PublishesPerSecond != _limits.PublishesPerSecond)
        {
            _publishes = PublishesOf(limits, time);
        }

        _limits = limits;
    }

    /// <summary>Whether a user may have one more connection.</summary>
    internal bool MayConnect(string user) => _limits.Connections is var most
        && (most == 0 || user.Length == 0 || _connections.GetValueOrDefault(user) < most);

    /// <summary>Whether a user may publish now; counts it.</summary>
    internal bool MayPublish(string user) =>
        _publishes is not { } publishes || user.Length == 0 || publishes.TryTake(user);

    internal void Add(AdmittedClient client)
    {
        _clients.TryAdd(client, 0);
        Ledger?.Begin(client);
        if (client.User.Length == 0)
        {
            Interlocked.Increment(ref _nameless);
        }
        else
        {
            // Counted also where there is no limit, which may be set later.
            _connections.AddOrUpdate(client.User, 1, static (_, count) => count + 1);
        }

        // Revoked between the look at its token and now: whoever revokes looks for clients after that.
        if (client.Claims is { } token && client.Channels.Any(channel => Revocations.Concern(token, channel)))
        {
            client.Disconnect();
        }
    }

    internal void Remove(AdmittedClient client)
    {
        if (!_clients.TryRemove(client, out _))
        {
            return;
        }

        Ledger?.End(client);
        if (client.User.Length == 0)
        {
            Interlocked.Decrement(ref _nameless);
        }
        else if (_connections.AddOrUpdate(client.User, 0, static (_, count) => count - 1) == 0)
        {
            // Only where it still is: another connection of that user may have come meanwhile.
            _connections.TryRemove(new KeyValuePair<string, int>(client.User, 0));
        }
    }

    private static TokenBuckets<string>? PublishesOf(ClientLimits limits, TimeProvider time) =>
        limits.PublishesPerSecond > 0 ? new(limits.PublishesPerSecond, MostUsers, time) : null;

    /// <summary>Disconnects those that are meant.</summary>
    /// <returns>How many.</returns>
    public int Disconnect(Func<AdmittedClient, bool> isMeant)
    {
        var count = 0;
        foreach (var client in All.Where(isMeant))
        {
            client.Disconnect();
            count++;
        }

        return count;
    }
}
