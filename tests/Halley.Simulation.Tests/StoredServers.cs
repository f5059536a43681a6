using System.Text;
using Halley.Broker;
using Halley.Simulation.Tests.Disk;
using Halley.Sqlite;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;

namespace Halley.Simulation.Tests;

/// <summary>One process with a storage, over the real SQLite and a disk that fails.</summary>
internal sealed class StoredServers : Servers
{
    // No channel is forgotten sooner after a use.
    private static readonly TimeSpan Sure = MemoryServers.Limits.IdleTimeout / 2;

    private static readonly int[] Refusals = [raw.SQLITE_FULL, raw.SQLITE_IOERR];

    private readonly Durability _durability;
    private readonly World _world;
    private readonly SimulatedDisk _disk;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("halley-simulation-");
    private SqliteBroker? _broker;
    private Node? _node;
    private readonly Dictionary<string, (StreamPosition Place, DateTimeOffset At)> _acknowledged = [];
    private bool _losesPower;

    // Who publishes is not promised more than that: how much had been sent when all of it was in the file.
    private long _written;

    public StoredServers(World world, Durability durability)
        : base(world.Dice)
    {
        _world = world;
        _durability = durability;
        _disk = new SimulatedDisk(Dice.Next());
        DiskVfs.Mount(_directory.FullName, _disk);
        TryStart();
    }

    public override IReadOnlyList<Node?> Nodes => [_node];

    public override bool Step()
    {
        if (_broker is null)
        {
            TryStart();
            return false;
        }

        var hasWorked = _broker.Turn(Dice.Next(1, 8));
        if (!hasWorked && !_broker.HasUnwritten && _world.IsQuiet)
        {
            _written = _world.Ledger.Sent;
        }

        if (_disk.WritesToLive <= 0)
        {
            Kill(_losesPower);
        }

        return hasWorked;
    }

    public override void Acknowledged(string channel, PublishResult result)
    {
        if (!result.IsRepeat
            && (!_acknowledged.TryGetValue(channel, out var last) || last.Place.Epoch < result.Position.Epoch
                || last.Place.Offset < result.Position.Offset))
        {
            _acknowledged[channel] = (result.Position, Now);
        }
    }

    public override void Closing(string channel) => _acknowledged.Remove(channel);

    public override string Fail()
    {
        _losesPower = Dice.Next(2) == 0;
        switch (Dice.Next(7))
        {
            case 0:
                Kill(losesPower: false);
                return "the process is killed";
            case 1:
                Kill(losesPower: true);
                return "the power goes";
            case 2 when _broker is not null:
                _disk.WritesToLive = Dice.Next(12);
                return $"the process dies after {_disk.WritesToLive} writes, and the power goes: {_losesPower}";
            case 3:
                End();
                return "the process ends";
            case 4:
                _disk.Heal();
                return "the disk is well";
            default:
                var (fault, after, reads) = (Refusals[Dice.Next(2)], Dice.Next(10), Dice.Next(6) == 0);
                _disk.Fail(fault, after, reads);
                return $"the disk fails with {fault} after {after} writes, reading too: {reads}";
        }
    }

    public override void Heal()
    {
        _disk.Heal();
        _disk.WritesToLive = null;
        TryStart();
    }

    public override void Dispose()
    {
        Kill(losesPower: false);
        DiskVfs.Unmount(_directory.FullName);
        _directory.Delete(recursive: true);
    }

    public override string ToString() => $"storage, {_durability}";

    private void TryStart()
    {
        if (_broker is not null)
        {
            return;
        }

        var options = new SqliteOptions
        {
            Directory = _directory.FullName,
            Durability = _durability,
            Limits = MemoryServers.Limits,
            HasThread = false,
        };
        ManualTime time = NewClock();
        var hub = new Hub(options.Limits, time);
        try
        {
            _broker = new SqliteBroker(hub, options, time, NullLogger.Instance);
            _node = new Node(hub, time);
            Check();
        }
        catch (StorageException)
        {
            hub.Dispose();
        }
    }

    // What the disk was said to have is there whatever happened, in the same stream: a reset would be too little.
    private void Check()
    {
        foreach (var (channel, (place, at)) in _acknowledged)
        {
            if (_durability != Durability.Disk || Now - at > Sure)
            {
                continue;
            }

            var asked = _broker!.Info(Encoding.ASCII.GetBytes(channel)).AsTask();
            while (_broker.Turn(int.MaxValue))
            {
            }

            if (asked.IsCompletedSuccessfully
                && (asked.Result is not { } state || state.Position.Epoch != place.Epoch
                    || state.Position.Offset <= place.Offset))
            {
                _world.Wrong($"{channel} was at {place}, and after a start it is at {asked.Result?.Position}");
            }
        }
    }

    private void Kill(bool losesPower)
    {
        _disk.Kill(losesPower);
        End();
        if (_durability == Durability.Memory && losesPower)
        {
            _world.Ledger.Forgive(0);
        }
    }

    // Where it was killed, it writes nothing any more.
    private void End()
    {
        if (_durability == Durability.Memory)
        {
            _world.Ledger.Forgive(_written);
        }

        _node?.Die();
        _node?.Hub.Dispose();
        _broker?.Dispose();
        (_node, _broker) = (null, null);
    }
}
