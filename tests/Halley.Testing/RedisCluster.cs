using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Halley.Testing;

/// <summary>
/// A cluster of redis-servers on this machine: three that share the slots, and a replica of each where wanted.
/// </summary>
public sealed partial class RedisCluster : IDisposable
{
    private const int Masters = 3;
    private const int Slots = 16384;

    // Of the whole cluster, once its servers know each other: gossip goes round once a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<ReservedPort> _buses = [];
    private readonly List<RedisServer> _servers = [];

    /// <param name="hasReplicas">Whether each has a replica, which takes over where it dies.</param>
    public RedisCluster(bool hasReplicas = false)
    {
        for (var n = 0; n < (hasReplicas ? 2 * Masters : Masters); n++)
        {
            _buses.Add(new ReservedPort());
            _servers.Add(new RedisServer(
                "--cluster-enabled", "yes", "--cluster-port", Text(_buses[n].Number), "--cluster-node-timeout", "1500",
                "--repl-diskless-sync-delay", "0"));
        }

        for (var n = 0; n < _servers.Count; n++)
        {
            Ask(n, "CLUSTER", "SET-CONFIG-EPOCH", Text(n + 1));
            if (n < Masters)
            {
                Ask(n, "CLUSTER", "ADDSLOTSRANGE", Text(n * Slots / Masters), Text(((n + 1) * Slots / Masters) - 1));
            }

            for (var other = 0; other < n; other++)
            {
                Ask(n, "CLUSTER", "MEET", "127.0.0.1", Text(_servers[other].Port), Text(_buses[other].Number));
            }
        }

        Until(
            () => _servers.TrueForAll(server => Knows(server) == _servers.Count && IsWhole(server)),
            "the cluster comes up");
        for (var n = Masters; n < _servers.Count; n++)
        {
            Ask(n, "CLUSTER", "REPLICATE", IdOf(n - Masters));
        }

        Until(
            () => _servers.Skip(Masters).All(server => server.IsFollowing),
            "the replicas follow");
    }

    /// <summary>All of them: first those that share the slots, then their replicas in the same order.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>Which server has the slot of a key now, as the first one that runs says.</summary>
    public RedisServer OwnerOf(string key)
    {
        var slot = SlotOf(key);
        var ranges = SlotRange().Matches(Running.Ask("CLUSTER", "SLOTS"));
        var range = ranges.First(found => Number(found, 1) <= slot && slot <= Number(found, 2));
        return _servers.Single(server => server.Port == Number(range, 3));
    }

    public int SlotOf(string key) =>
        int.Parse(Running.Ask("CLUSTER", "KEYSLOT", key).AsSpan(1).TrimEnd(), CultureInfo.InvariantCulture);

    /// <summary>
    /// Begins to move a slot to another server: as redis-cli does, one says that it goes, and one that it comes.
    /// </summary>
    public void BeginToMove(int slot, RedisServer from, RedisServer to)
    {
        to.Ask("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", IdOf(from));
        from.Ask("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", IdOf(to));
    }

    /// <summary>Moves some keys of a slot that moves.</summary>
    public static void MoveKeys(RedisServer from, RedisServer to, params string[] keys)
    {
        var answer = from.Ask(["MIGRATE", "127.0.0.1", Text(to.Port), "", "0", "5000", "KEYS", .. keys]);
        if (!answer.StartsWith("+OK", StringComparison.Ordinal)
            && !answer.StartsWith("+NOKEY", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"MIGRATE is answered {answer}");
        }
    }

    /// <summary>Moves what is left of a slot, and says to all that it has moved.</summary>
    public void EndMove(int slot, RedisServer from, RedisServer to)
    {
        while (BulkString().Matches(from.Ask("CLUSTER", "GETKEYSINSLOT", Text(slot), "10")) is { Count: > 0 } keys)
        {
            MoveKeys(from, to, [.. keys.Select(key => key.Groups[1].Value)]);
        }

        var owner = IdOf(to);
        foreach (var server in (RedisServer[])[to, from, .. _servers.Except([to, from])])
        {
            server.Ask("CLUSTER", "SETSLOT", Text(slot), "NODE", owner);
        }
    }

    /// <summary>Removes all keys.</summary>
    public void Empty()
    {
        foreach (var server in _servers.Take(Masters))
        {
            server.Ask("FLUSHALL");
        }
    }

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _buses.ForEach(bus => bus.Dispose());
    }

    private RedisServer Running => _servers.First(server => server.IsRunning);

    private string Ask(int server, params string[] command)
    {
        var answer = _servers[server].Ask(command);
        return answer.StartsWith('-')
            ? throw new InvalidOperationException($"{command[1]} is answered {answer}")
            : answer;
    }

    private static bool IsWhole(RedisServer server) =>
        server.Ask("CLUSTER", "INFO").Contains("cluster_state:ok", StringComparison.Ordinal);

    private static int Knows(RedisServer server) =>
        server.Ask("CLUSTER", "NODES").Split('\n').Count(line => line.Contains(" connected", StringComparison.Ordinal));

    private string IdOf(int server) => IdOf(_servers[server]);

    private static string IdOf(RedisServer server) => server.Ask("CLUSTER", "MYID").Split("\r\n")[1];

    private static void Until(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"It was waited in vain until {what}.");
            }

            Thread.Sleep(20);
        }
    }

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Of an answer to CLUSTER SLOTS: first and last slot, and behind an address the port of who has them.
    [GeneratedRegex(@":(\d+)\r\n:(\d+)\r\n\*\d+\r\n\$\d+\r\n[^\r]*\r\n:(\d+)\r\n")]
    private static partial Regex SlotRange();

    [GeneratedRegex(@"\$\d+\r\n([^\r]*)\r\n")]
    private static partial Regex BulkString();
}
