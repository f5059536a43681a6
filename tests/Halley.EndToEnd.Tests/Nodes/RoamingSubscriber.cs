using System.Net;
using System.Text.Json;

namespace Halley.EndToEnd.Tests.Nodes;

/// <summary>A subscriber that comes to any node, goes where it is sent, and comes back with its place whenever it is cut off.</summary>
/// <param name="now">Counts what is published: a message is owed to it when it was sent later than it was told that what it knew is void.</param>
internal sealed class RoamingSubscriber(NodeGroup nodes, string channel, int seed, Func<int> now) : IDisposable
{
    // Heartbeats come every two seconds; a process may stand still for a while.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly Random _chance = new(seed);
    private readonly HashSet<string> _heard = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private string _epoch = "0";
    private long _next;
    private int _since = int.MaxValue;

    public string Channel { get; } = channel;

    /// <summary>How often it was told so.</summary>
    public int TimesTold { get; private set; }

    /// <summary>Since which message it knows all; never where it was never let in.</summary>
    public int Since
    {
        get
        {
            lock (_lock)
            {
                return _since;
            }
        }
    }

    public bool HasHeard(string text)
    {
        lock (_lock)
        {
            return _heard.Contains(text);
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(Silence);
            try
            {
                var node = nodes.Names[_chance.Next(nodes.Names.Count)];
                var address = new Uri($"http://{nodes.Front(node)}/stream?cname={Channel}&seq={_next}&epoch={_epoch}");
                using var answer = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token);
                using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(silence.Token));
                while (answer.StatusCode == HttpStatusCode.OK && await lines.ReadLineAsync(silence.Token) is { } line)
                {
                    silence.CancelAfter(Silence);
                    Take(line);
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
            {
                // It comes back.
            }

            await Task.WhenAny(Task.Delay(50, cancellation));
        }
    }

    public void Dispose() => _client.Dispose();

    private void Take(string line)
    {
        using var json = JsonDocument.Parse(line);
        var type = json.RootElement.GetProperty("type").GetString();
        var seq = json.RootElement.GetProperty("seq").GetInt64();
        lock (_lock)
        {
            if (type is "exact" or "gap" or "reset")
            {
                if (type != "exact" || _epoch == "0")
                {
                    _heard.Clear();
                    _since = now();
                    TimesTold++;
                }

                _epoch = json.RootElement.GetProperty("epoch").GetString()!;
                _next = seq;
            }
            else if (type == "data")
            {
                Assert.Equal(_next, seq);
                _next = seq + 1;
                Assert.True(_heard.Add(json.RootElement.GetProperty("content").GetString()!));
            }
        }
    }
}
