using System.Net.Sockets;
using System.Text.Json;
using Halley.Chaos.Ledgers;
using Halley.Testing;

namespace Halley.Sqlite.Tests.Servers;

/// <summary>
/// A server that is killed again and again while many publish and listen: each message that was acknowledged is heard
/// once and in order, and nobody is told that anything was lost; or, where messages are told before they are written,
/// who may have missed something is told.
/// </summary>
public sealed class KilledServers
{
    private const int Kills = 5;
    private const int Publishers = 8;
    private const int AtOnce = 4;

    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Theory]
    [InlineData("disk", "", 1)]
    [InlineData("disk", "\"engine\": { \"workers\": 2 },", 2)]
    [InlineData("memory", "", 3)]
    public async Task Nothing_that_was_acknowledged_is_lost_untold(string durability, string more, int seed)
    {
        await using var server = await JsonServer.StartAsync(
            "{ \"location\": \"/\", \"kind\": \"api\" }",
            $"{more}\"storage\": {{ \"path\": \"data\", \"durability\": \"{durability}\" }},",
            "\"channel_buffer_size\": 100000, \"polling_timeout\": 1,");
        var ledger = new Ledger();
        List<Hearing> hearings = [.. Names.Concat(Names).Select(name => ledger.HearingOf(name))];
        using var ended = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var listening = hearings.ConvertAll(hearing => ListenAsync(server, hearing, over.Token));
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.Admin}") };
        List<Task> publishing =
        [
            .. Enumerable.Range(1, Publishers).Select(number => ledger.PublishAsync(
                Names,
                number,
                (channel, text) => client.GetAsync(new Uri($"/push?cname={channel}&content={text}", UriKind.Relative)),
                ended.Token,
                AtOnce)),
        ];

        var dice = new Random(seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            await UntilAcknowledgedAsync(ledger, ledger.Acknowledged + dice.Next(50, 400), listening);
            await server.RestartAsync();
        }

        await UntilAcknowledgedAsync(ledger, ledger.Acknowledged + 100, listening);
        await ended.CancelAsync();
        await Task.WhenAll(publishing);
        var wrong = await ledger.CloseAsync();
        await over.CancelAsync();
        await Task.WhenAll(listening);

        Assert.Equal("", wrong);
        Assert.All(hearings, hearing => Assert.InRange(hearing.TimesTold, 0, durability == "disk" ? 0 : Kills));
    }

    private static async Task UntilAcknowledgedAsync(Ledger ledger, long count, List<Task> listening)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience * 2);
        while (ledger.Acknowledged < count)
        {
            Assert.False(patience.IsCancellationRequested, "messages are acknowledged");
            await Task.WhenAll(listening.Where(subscriber => subscriber.IsFaulted));
            await Task.Delay(5, CancellationToken.None);
        }
    }

    // Comes back with its place whenever it was cut off.
    private static async Task ListenAsync(JsonServer server, Hearing hearing, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                using var client = await RawHttpClient.ConnectAsync(server.Front);
                var (epoch, seq) = hearing.Place;
                await client.GetAsync($"/stream?cname={hearing.Channel}&seq={seq}&epoch={epoch}");
                var answer = await client.ReadResponseAsync();
                while (answer.Status == 200
                    && await answer.ReadChunkAsync() is { } chunk
                    && !over.IsCancellationRequested)
                {
                    foreach (var line in chunk.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    {
                        using var told = JsonDocument.Parse(line);
                        hearing.Take(told.RootElement);
                    }
                }
            }
            catch (Exception cut) when (cut is SocketException or IOException or OperationCanceledException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }
}
