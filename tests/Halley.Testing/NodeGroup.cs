using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Halley.Testing;

/// <summary>Several servers, a process each, with the same configuration but for their ports.</summary>
public sealed class NodeGroup : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");
    private readonly Dictionary<string, (ReservedPort Front, ReservedPort Admin, ReservedPort Own)> _ports = [];
    private readonly Dictionary<string, ServerProcess> _processes = [];
    private readonly Dictionary<string, object> _sections;
    private readonly object[] _endpoints;

    private NodeGroup(string[] names, IReadOnlyDictionary<string, object> sections, object[] endpoints)
    {
        _sections = new Dictionary<string, object>(sections);
        _endpoints = endpoints;
        foreach (var name in names)
        {
            _ports.Add(name, (new ReservedPort(), new ReservedPort(), new ReservedPort()));
        }
    }

    public IReadOnlyList<string> Names => [.. _ports.Keys];

    public ServerProcess this[string name] => _processes[name];

    public IPEndPoint Front(string name) => _ports[name].Front.OnLoopback;

    public IPEndPoint Admin(string name) => _ports[name].Admin.OnLoopback;

    /// <summary>Where a server's own listener is, if it has endpoints.</summary>
    public IPEndPoint Own(string name) => _ports[name].Own.OnLoopback;

    /// <summary>A group whose servers all answer.</summary>
    /// <param name="sections">Of a halley.json, beside logger, front, admin and listeners; the same for all.</param>
    /// <param name="endpoints">Of a listener that each has besides.</param>
    public static async Task<NodeGroup> StartAsync(
        string[] names, IReadOnlyDictionary<string, object> sections, params object[] endpoints)
    {
        var group = new NodeGroup(names, sections, endpoints);
        try
        {
            foreach (var name in names)
            {
                group.Start(name);
            }

            await group.UntilAllAnswerAsync();
            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    public void Start(string name)
    {
        File.WriteAllText(PathOf(name), JsonSerializer.Serialize(new Dictionary<string, object>(_sections)
        {
            ["logger"] = new { output = LogOf(name) },
            ["front"] = new
            {
                listen = $"{Front(name)}",
                polling_timeout = 1,
                channel_timeout = 60,
                channel_buffer_size = 1000,
            },
            ["admin"] = new { listen = $"{Admin(name)}" },
            ["listeners"] = _endpoints.Length == 0
                ? Array.Empty<object>()
                : [new { listen = $"{Own(name)}", endpoints = _endpoints }],
        }));
        _processes[name] = ServerProcess.Start(Path.GetTempPath(), HalleyCommand.ArgumentsFor(PathOf(name), []));
    }

    public async Task UntilAllAnswerAsync()
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience * 2);
        while (!(await Task.WhenAll(Names.Select(AnswersAsync))).All(isSo => isSo))
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"Not all servers answer.\n{Logs()}");
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>What each wrote to its log.</summary>
    public string Logs() => string.Join(
        '\n',
        Names.Where(name => File.Exists(LogOf(name))).Select(name => $"{name}:\n{File.ReadAllText(LogOf(name))}"));

    public string LogOf(string name) => Path.Combine(_folder.FullName, name + ".log");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        foreach (var (front, admin, own) in _ports.Values)
        {
            front.Dispose();
            admin.Dispose();
            own.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name + ".json");

    private async Task<bool> AnswersAsync(string name)
    {
        try
        {
            using var client = await RawHttpClient.ConnectAsync(Admin(name));
            await client.GetAsync("/info");
            return (await client.ReadResponseAsync()).Status == 200;
        }
        catch (Exception notYet) when (
            notYet is SocketException or EndOfStreamException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
