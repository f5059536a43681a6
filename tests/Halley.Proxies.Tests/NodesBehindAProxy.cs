using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// Three nodes behind nginx and haproxy at once, and nobody sticks to a node: one dies, one stands still, one is drained and ended, while messages are published
/// through both proxies and subscribers listen through both. Each message that was acknowledged is heard once and in order, or the subscriber was told.
/// </summary>
/// <remarks>PROXY_FAULT_ROUNDS=10 does so ten times, each node in turn; a round takes some 15 seconds.</remarks>
public sealed class NodesBehindAProxy
{
    private const int FaultsInARound = 4;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("PROXY_FAULT_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 1;

    [Fact]
    public async Task No_acknowledged_message_is_lost_untold_or_heard_twice_whoever_serves_whom()
    {
        await using var nodes = await NodeGroup.StartAsync(null, ["a", "b", "c"], misdirected: "proxy");
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
            await FailAsync(nodes, [.. Enumerable.Range(round, nodes.Names.Count).Select(n => nodes.Names[n % nodes.Names.Count])]);
        }

        await ended.CancelAsync();
        await Task.WhenAll(publishing);
        var lost = await ledger.UntilHeardAsync(hearings);
        await over.CancelAsync();
        await Task.WhenAll(listening);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{ledger.Sent} messages, {ledger.Acknowledged} acknowledged, subscribers told {string.Join(' ', hearings.Select(hearing => hearing.TimesTold))} times");
        Assert.True(lost.Count == 0, $"Lost untold: {string.Join(", ", lost)}\n{nodes.Logs()}\n{nginx.Output}\n{haproxy.Output}");
        Assert.InRange(ledger.Acknowledged, ledger.Sent / 2, ledger.Sent);

        // When it came, and when its channel went to another node and came back; also who polls, and asks another node each time.
        Assert.All(hearings, hearing => Assert.InRange(hearing.TimesTold, 1, 1 + (2 * FaultsInARound * Rounds)));

        async Task PublishAsync(ProxyBeforeNodes proxy, HttpMethod method)
        {
            using var client = proxy.Publisher();
            await ledger.PublishAsync(Interlocked.Increment(ref publishers), (channel, text) => ProxyBeforeNodes.PushAsync(client, method, channel, text), ended.Token);
        }
    }

    private static async Task FailAsync(NodeGroup nodes, string[] names)
    {
        await nodes[names[0]].KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        nodes.Start(names[0]);
        await nodes.UntilAllServeAsync();

        // Longer than the others wait before they take its channels, and not so long; then it says what it was about to.
        foreach (var seconds in new[] { 3.5, 0.8 })
        {
            nodes[names[1]].Pause();
            await Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
            nodes[names[1]].Continue();
            await nodes.UntilAllServeAsync();
        }

        await DrainAsync(nodes, names[2]);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        nodes[names[2]].Signal(PosixSignal.SIGTERM);
        await nodes[names[2]].UntilExitAsync();
        nodes.Start(names[2]);
        await nodes.UntilAllServeAsync();
    }

    private static async Task DrainAsync(NodeGroup nodes, string name)
    {
        using var client = await RawHttpClient.ConnectAsync(nodes.Admin(name));
        await client.GetAsync("/nodes/drain");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }
}
