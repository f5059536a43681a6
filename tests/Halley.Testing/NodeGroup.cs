using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Halley.Testing;

/// <summary>Several nodes, a process each, that share their channels over the loopback, or over a network of their own.</summary>
public sealed class NodeGroup : IAsyncDisposable
{
    public const string Key = "a key for these tests alone";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");
    private readonly Dictionary<string, (ReservedPort Front, ReservedPort Admin, ReservedPort Link)> _ports = [];
    private readonly Dictionary<string, ServerProcess> _processes = [];

    public NodeGroup(params string[] names)
        : this(null, names)
    {
    }

    private NodeGroup(NodeNetwork? network, string[] names)
    {
        Network = network;
        foreach (var name in names)
        {
            _ports.Add(name, (new ReservedPort(), new ReservedPort(), new ReservedPort()));
        }

        Listed = [.. names];
    }

    /// <summary>Null for the loopback. Goes with the group.</summary>
    public NodeNetwork? Network { get; }

    /// <summary>What becomes of a subscriber that comes to another node.</summary>
    private string Misdirected { get; init; } = "redirect";

    public IReadOnlyList<string> Names => [.. _ports.Keys];

    /// <summary>The nodes that each one's configuration lists when it is written next.</summary>
    public List<string> Listed { get; }

    public ServerProcess this[string name] => _processes[name];

    public IPEndPoint Front(string name) => EndPointOf(name, _ports[name].Front);

    public IPEndPoint Admin(string name) => EndPointOf(name, _ports[name].Admin);

    /// <summary>A group whose nodes all serve.</summary>
    public static Task<NodeGroup> StartAsync(params string[] names) => StartAsync(null, names);

    /// <summary>The same on machines of their own.</summary>
    public static async Task<NodeGroup> StartAsync(NodeNetwork? network, string[] names, string misdirected = "redirect")
    {
        var group = new NodeGroup(network, names) { Misdirected = misdirected };
        try
        {
            foreach (var name in names)
            {
                group.Start(name);
            }

            await group.UntilAllServeAsync();
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    public void Start(string name, string key = Key)
    {
        WriteConfiguration(name, key);
        _processes[name] = ServerProcess.Start(Path.GetTempPath(), HalleyCommand.ArgumentsFor(PathOf(name), []), through: Network?.On(name));
    }

    public void WriteConfiguration(string name, string key = Key) => File.WriteAllText(PathOf(name), JsonSerializer.Serialize(new
    {
        logger = new { output = Path.Combine(_folder.FullName, name + ".log") },
        front = new { listen = $"{Front(name)}", polling_timeout = 1, channel_timeout = 60, channel_buffer_size = 1000 },
        admin = new { listen = $"{Admin(name)}" },
        nodes = new
        {
            name,
            key,
            misdirected = Misdirected,
            list = Listed.Select(node => $"{node} {EndPointOf(node, _ports[node].Link)} http://{Front(node)}").ToArray(),
        },
    }));

    public async Task UntilAllServeAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!(await Task.WhenAll(Listed.Select(AllServeForAsync))).All(isSo => isSo))
        {
            if (Stopwatch.GetElapsedTime(started) > RawHttpClient.Patience * 2)
            {
                throw new TimeoutException($"Not all nodes serve.\n{Logs()}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>What each wrote to its log.</summary>
    public string Logs() => string.Join('\n', Names.Where(name => File.Exists(LogOf(name))).Select(name => $"{name}:\n{File.ReadAllText(LogOf(name))}"));

    public string LogOf(string name) => Path.Combine(_folder.FullName, name + ".log");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        foreach (var (front, admin, link) in _ports.Values)
        {
            front.Dispose();
            admin.Dispose();
            link.Dispose();
        }

        Network?.Dispose();
        _folder.Delete(recursive: true);
    }

    private IPEndPoint EndPointOf(string name, ReservedPort port) => Network is null ? port.OnLoopback : new IPEndPoint(Network.AddressOf(name), port.Number);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name + ".json");

    private async Task<bool> AllServeForAsync(string name)
    {
        try
        {
            using var client = await RawHttpClient.ConnectAsync(Admin(name));
            await client.GetAsync("/nodes");
            using var report = JsonDocument.Parse(await (await client.ReadResponseAsync()).ReadBodyAsync());
            var states = report.RootElement.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("state").GetString()).ToList();
            return states.Count == Listed.Count && states.TrueForAll(state => state == "serving");
        }
        catch (Exception notYet) when (notYet is System.Net.Sockets.SocketException or EndOfStreamException or TimeoutException or OperationCanceledException or JsonException)
        {
            return false;
        }
    }
}
