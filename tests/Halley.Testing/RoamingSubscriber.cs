using System.Net;
using System.Text.Json;

namespace Halley.Testing;

/// <summary>A subscriber that comes to any node, and comes back to any with its place whenever it is cut off.</summary>
public sealed class RoamingSubscriber(NodeGroup nodes, Hearing hearing, int seed) : IDisposable
{
    // Heartbeats come every two seconds; a process may stand still for a while.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);

    private readonly Random _chance = new(seed);
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(Silence);
            try
            {
                var node = nodes.Names[_chance.Next(nodes.Names.Count)];
                var (epoch, seq) = hearing.Place;
                var address = new Uri($"http://{nodes.Front(node)}/stream?cname={hearing.Channel}&seq={seq}&epoch={epoch}");
                using var answer = await _client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token);
                using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(silence.Token));
                while (answer.StatusCode == HttpStatusCode.OK && await lines.ReadLineAsync(silence.Token) is { } line)
                {
                    silence.CancelAfter(Silence);
                    using var message = JsonDocument.Parse(line);
                    hearing.Take(message.RootElement);
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
}
