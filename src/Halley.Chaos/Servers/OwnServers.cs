using System.Net;
using Halley.Chaos.Clients;

namespace Halley.Chaos.Servers;

/// <summary>The keeper of the channels of a server of our own.</summary>
public enum OwnKind
{
    Memory,

    /// <summary>A directory, where nothing is acknowledged before it is on the disk.</summary>
    Disk,

    Workers,

    /// <summary>Two servers over one Redis.</summary>
    Redis,
}

/// <summary>Servers that this program starts, of its own kind.</summary>
internal sealed class OwnServers : Subject
{
    private const int Workers = 2;

    private static readonly string[] Listeners = ["front", "admin", "own"];

    private static readonly FaultKind[] OfProcesses =
        [FaultKind.Kill, FaultKind.Stop, FaultKind.Drain, FaultKind.Reload];

    private readonly OwnKind _kind;
    private readonly IReadOnlyList<string> _command;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-chaos-");
    private readonly List<Dictionary<string, ReservedPort>> _ports = [];
    private readonly List<ChildProcess> _processes = [];
    private readonly RedisServer? _redis;

    /// <param name="command">How this program is started.</param>
    public OwnServers(OwnKind kind, IReadOnlyList<string> command)
    {
        (_kind, _command) = (kind, command);
        _redis = kind == OwnKind.Redis ? new RedisServer(_folder) : null;
        for (var i = 0; i < (kind == OwnKind.Redis ? 2 : 1); i++)
        {
            _ports.Add(Listeners.ToDictionary(static name => name, static _ => new ReservedPort()));
        }
    }

    public override string Name => _kind.ToString().ToLowerInvariant();

    public override IReadOnlyList<FaultKind> Faults => _kind switch
    {
        OwnKind.Disk => [.. OfProcesses, FaultKind.DiskFull],
        OwnKind.Workers => [.. OfProcesses, FaultKind.KillWorker],
        OwnKind.Redis => [.. OfProcesses, FaultKind.RedisKill, FaultKind.RedisStop, FaultKind.RedisCut],
        _ => OfProcesses,
    };

    public override IReadOnlyList<Transport> Transports => Clients.Transports.OfHalley;

    public override IReadOnlyList<PublisherKind> Publishers { get; } =
    [
        new("admin", "/push?cname={channel}&content={message}"),
        new("own", "/ps/pub?id={channel}"),
        new("own", "/nchan/pub?id={channel}"),
        new("own", "/api/publish", PublisherForm.Api),
        new("own", "/connection/websocket", PublisherForm.Session),
    ];

    public override IReadOnlyList<IPEndPoint> Addresses(string listener) =>
        [.. _ports.Select(ports => ports[listener].Address)];

    public override async Task StartAsync()
    {
        if (_redis is not null)
        {
            await _redis.StartAsync().ConfigureAwait(false);
        }

        for (var i = 0; i < _ports.Count; i++)
        {
            var (ports, path) = (_ports[i], Path.Combine(_folder.FullName, $"{i}.json"));
            await File.WriteAllTextAsync(path, OwnConfiguration.Text(
                ports["front"].Address, ports["admin"].Address, ports["own"].Address, Section())).ConfigureAwait(false);
            var process = new ChildProcess([.. _command, path], ports["own"].Address);
            _processes.Add(process);
            await process.StartAsync().ConfigureAwait(false);
        }
    }

    public override async Task InflictAsync(FaultKind fault, Random dice)
    {
        var process = _processes[dice.Next(_processes.Count)];
        switch (fault)
        {
            case FaultKind.Kill:
                await process.KillAsync().ConfigureAwait(false);
                await process.StartAsync().ConfigureAwait(false);
                break;
            case FaultKind.KillWorker:
                process.KillChild(dice);
                break;
            case FaultKind.Stop:
                await process.StandStillAsync(TimeSpan.FromMilliseconds(dice.Next(200, 3000))).ConfigureAwait(false);
                break;
            case FaultKind.Drain:
                await process.EndAsync().ConfigureAwait(false);
                await process.StartAsync().ConfigureAwait(false);
                break;
            case FaultKind.Reload:
                process.Reload();
                break;
            case FaultKind.DiskFull:
                await process.LimitFilesAsync(
                    Written(), TimeSpan.FromMilliseconds(dice.Next(300, 2000))).ConfigureAwait(false);
                break;
            default:
                await _redis!.InflictAsync(fault, dice).ConfigureAwait(false);
                break;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var port in _ports.SelectMany(static ports => ports.Values))
        {
            port.Dispose();
        }

        _folder.Delete(recursive: true);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private string Section() => _kind switch
    {
        OwnKind.Disk => $$"""
            "storage": { "path": "{{Path.Combine(_folder.FullName, "data")}}", "durability": "disk" },
            """,
        OwnKind.Workers => $$"""
            "engine": { "workers": {{Workers}} },
            """,
        OwnKind.Redis => $$"""
            "redis": { "url": "redis://{{_redis!.Address}}" },
            """,
        _ => "",
    };

    // What the log has now: it does not grow any more, and nothing else does beyond it.
    private long Written() => Directory.EnumerateFiles(Path.Combine(_folder.FullName, "data"), "halley.db*").Max(
        static file => new FileInfo(file).Length);
}
