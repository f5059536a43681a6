using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// Three nodes over one Redis behind nginx and haproxy at once, and nobody sticks to a node: one dies, one stands still, one is ended, connections to Redis are cut,
/// Redis dies and comes back with what it had, and with nothing; while messages are published through both proxies and subscribers listen through both. Each
/// message that was acknowledged is heard once and in order, or the subscriber was told.
/// </summary>
/// <remarks>PROXY_FAULT_ROUNDS=10 does so ten times, each node in turn; a round takes some 20 seconds.</remarks>
public sealed class NodesOverRedis
{
    private const int FaultsInARound = 8;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("PROXY_FAULT_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 1;

    [Fact]
    public async Task No_acknowledged_message_is_lost_untold_or_heard_twice_whoever_serves_whom()
    {
        using var redis = new RedisServer("--appendonly", "yes", "--appendfsync", "always");
        await using var nodes = await NodeGroup.StartAsync(
            ["a", "b", "c"], new Dictionary<string, object> { ["redis"] = new { url = $"redis://{redis.Address}" } });
        (System.Net.IPEndPoint, System.Net.IPEndPoint)[] addresses = [.. nodes.Names.Select(name => (nodes.Front(name), nodes.Admin(name)))];
        await using var nginx = await ProxyBeforeNodes.StartAsync(ProxyBeforeNodes.Nginx, addresses);
        await using var haproxy = await ProxyBeforeNodes.StartAsync(ProxyBeforeNodes.Haproxy, addresses);
        ProxyBeforeNodes[] proxies = [nginx, haproxy];

        // Each channel is heard through both, by a transport and the next one.
        string[] channels = [.. Subscriber.Transports.Select((_, n) => $"ch{n}")];
        var ledger = new Ledger(channels);
        List<(ProxyBeforeNodes Proxy, string Transport, Hearing Hearing)> places =
        [
            .. from p in Enumerable.Range(0, proxies.Length)
               from n in Enumerable.Range(0, channels.Length)
               select (proxies[p], Subscriber.Transports[(n + p) % channels.Length], ledger.HearingOf(channels[n])),
        ];
        List<Hearing> hearings = [.. places.Select(place => place.Hearing)];
        using var ended = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var listening = places.ConvertAll(place => new ReturningSubscriber(place.Proxy, place.Transport, place.Hearing).RunAsync(over.Token));
        var publishers = 0;
        List<Task> publishing =
        [
            .. from proxy in proxies
               from method in new[] { HttpMethod.Get, HttpMethod.Post }
               select PublishAsync(proxy, method),
        ];

        for (var round = 0; round < Rounds; round++)
        {
            await FailAsync(nodes, redis, [.. Enumerable.Range(round, nodes.Names.Count).Select(n => nodes.Names[n % nodes.Names.Count])]);
        }

        await ended.CancelAsync();
        await Task.WhenAll(publishing);
        var lost = await ledger.UntilHeardAsync(hearings);
        await over.CancelAsync();
        await Task.WhenAll(listening);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{ledger.Sent} messages, {ledger.Acknowledged} acknowledged, subscribers told {string.Join(' ', hearings.Select(hearing => hearing.TimesTold))} times");
        Assert.True(lost.Count == 0, $"Lost untold: {string.Join(", ", lost)}\n{nodes.Logs()}\n{nginx.Output}\n{haproxy.Output}");
        // Who is refused asks again at once: many are, while Redis is gone.
        Assert.InRange(ledger.Acknowledged, ledger.Sent / 5, ledger.Sent);

        // When it came, and when Redis had died.
        Assert.All(hearings, hearing => Assert.InRange(hearing.TimesTold, 1, 1 + (2 * FaultsInARound * Rounds)));

        async Task PublishAsync(ProxyBeforeNodes proxy, HttpMethod method)
        {
            using var client = proxy.Publisher();
            await ledger.PublishAsync(Interlocked.Increment(ref publishers), (channel, text) => ProxyBeforeNodes.PushAsync(client, method, channel, text), ended.Token);
        }
    }

    private static async Task FailAsync(NodeGroup nodes, RedisServer redis, string[] names)
    {
        var ended = TestContext.Current.CancellationToken;
        await nodes[names[0]].KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
        nodes.Start(names[0]);
        await nodes.UntilAllAnswerAsync();

        nodes[names[1]].Pause();
        await Task.Delay(TimeSpan.FromSeconds(2), ended);
        nodes[names[1]].Continue();
        await nodes.UntilAllAnswerAsync();

        nodes[names[2]].Signal(PosixSignal.SIGTERM);
        await nodes[names[2]].UntilExitAsync();
        nodes.Start(names[2]);
        await nodes.UntilAllAnswerAsync();

        foreach (var type in new[] { "pubsub", "normal", "pubsub" })
        {
            redis.Ask("CLIENT", "KILL", "TYPE", type);
            await Task.Delay(TimeSpan.FromSeconds(1), ended);
        }

        // What is on its disk comes back; then nothing does.
        redis.Kill();
        redis.Start();
        await nodes.UntilAllAnswerAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
        redis.Kill();
        redis.Forget();
        redis.Start();
        await nodes.UntilAllAnswerAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
    }
}
