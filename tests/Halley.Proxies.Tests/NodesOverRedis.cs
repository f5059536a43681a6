using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Chaos.Ledgers;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// Three nodes over one Redis behind nginx and haproxy at once, and nobody sticks to a node. Nodes die, stand still and
/// are ended; connections to Redis are cut or lead nowhere; Redis dies and comes back with what it had, and with
/// nothing; its replica takes over without the newest messages. Meanwhile the publishers of all dialects publish
/// through both proxies, and subscribers listen through both by all transports. Each message that was acknowledged is
/// heard once and in order, or the subscriber was told.
/// </summary>
/// <remarks>
/// PROXY_FAULT_ROUNDS=10 does so ten times, each node in turn; a round takes some 25 seconds. PROXY_FAULT_LISTENERS=20
/// has twenty more subscribers listen to each channel, by the transports that last.
/// </remarks>
public sealed class NodesOverRedis
{
    private const int FaultsInARound = 11;

    // Published at once to one channel by each publisher.
    private const int Batch = 8;

    // At the nodes' own listeners.
    private static readonly string[] OwnPublishers = ["ps/pub", "nchan/pub"];

    private static readonly int Rounds = Setting("PROXY_FAULT_ROUNDS", usual: 1);

    private static readonly int Listeners = Setting("PROXY_FAULT_LISTENERS", usual: 0);

    [Fact]
    public async Task No_acknowledged_message_is_lost_untold_or_heard_twice_whoever_serves_whom()
    {
        using var redis = new RedisPair();
        var section = new Dictionary<string, object> { ["redis"] = new { url = $"redis://{redis.Address}" } };
        await using var nodes = await NodeGroup.StartAsync(["a", "b", "c"], section, ToldTransport.Endpoints);
        await using var nginx = await BeforeFronts(ProxyBeforeNodes.Nginx, nodes);
        await using var haproxy = await BeforeFronts(ProxyBeforeNodes.Haproxy, nodes);
        await using var ownNginx = await BeforeListeners(ProxyBeforeNodes.Nginx, nodes);
        await using var ownHaproxy = await BeforeListeners(ProxyBeforeNodes.Haproxy, nodes);
        (ProxyBeforeNodes Fronts, ProxyBeforeNodes Own)[] proxies = [(nginx, ownNginx), (haproxy, ownHaproxy)];

        // Each channel is heard through both, by a transport and the next one.
        var transports = ToldTransport.All;
        var lasting = transports.Where(transport => transport.Kind != ToldTransport.Form.Poll).ToArray();
        string[] channels = [.. transports.Select((_, n) => $"ch{n}")];
        var ledger = new Ledger();
        List<(ProxyBeforeNodes Proxy, ToldTransport Transport, Hearing Hearing)> places =
        [
            .. from p in Enumerable.Range(0, proxies.Length)
               from n in Enumerable.Range(0, channels.Length)
               select Place(p, transports[(n + p) % channels.Length], n),
            .. from l in Enumerable.Range(0, Listeners)
               from n in Enumerable.Range(0, channels.Length)
               select Place(l % proxies.Length, lasting[(n + l) % lasting.Length], n),
        ];
        List<Hearing> hearings = [.. places.Select(place => place.Hearing)];
        using var ended = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var listening = places.ConvertAll(
            place => new ReturningSubscriber(place.Proxy, place.Transport, place.Hearing).RunAsync(over.Token));
        var publishers = 0;
        List<Task> publishing =
        [
            .. from proxy in proxies
               from method in new[] { HttpMethod.Get, HttpMethod.Post }
               select PublishAsync(
                   proxy.Fronts.Publisher(),
                   (client, channel, text) => ProxyBeforeNodes.PushAsync(client, method, channel, text)),
            .. from proxy in proxies
               from publisher in OwnPublishers
               select PublishAsync(
                   proxy.Own.PublisherAtFront(), (client, channel, text) =>
                       PostAsync(client, publisher, channel, text)),
        ];

        for (var round = 0; round < Rounds; round++)
        {
            await FailAsync(
                nodes,
                redis,
                ledger,
                [.. Enumerable.Range(round, nodes.Names.Count).Select(n => nodes.Names[n % nodes.Names.Count])]);
            TestContext.Current.SendDiagnosticMessage($"round {round + 1}: {Told()}");
            await Task.WhenAll(listening.Where(subscriber => subscriber.IsFaulted));
        }

        await ended.CancelAsync();
        await Task.WhenAll(publishing);
        var wrong = await ledger.CloseAsync();
        await over.CancelAsync();
        await Task.WhenAll(listening);
        TestContext.Current.TestOutputHelper?.WriteLine(Told());
        Assert.True(
            wrong.Length == 0,
            $"{wrong}\n{nodes.Logs()}\n{nginx.Output}\n{haproxy.Output}");

        // Who is refused asks again at once: many are, while Redis is gone.
        Assert.InRange(ledger.Acknowledged, ledger.Sent / 5, ledger.Sent);

        // When Redis had died.
        Assert.All(hearings, hearing => Assert.InRange(hearing.TimesTold, 0, 2 * FaultsInARound * Rounds));

        (ProxyBeforeNodes Proxy, ToldTransport Transport, Hearing Hearing) Place(
            int proxy, ToldTransport transport, int channel) =>
        (
            transport.IsFront ? proxies[proxy].Fronts : proxies[proxy].Own,
            transport,
            ledger.HearingOf(channels[channel]));

        async Task PublishAsync(
            HttpClient publisher, Func<HttpClient, string, string, Task<HttpResponseMessage>> publish)
        {
            using (publisher)
            {
                await ledger.PublishAsync(
                    channels,
                    Interlocked.Increment(ref publishers),
                    (channel, text) => publish(publisher, channel, text),
                    ended.Token,
                    Batch);
            }
        }

        string Told() => string.Create(
            CultureInfo.InvariantCulture,
            $"{ledger.Sent} messages, {ledger.Acknowledged} acknowledged, "
                + $"{hearings.Sum(hearing => hearing.Heard)} deliveries "
                + $"({hearings.Sum(hearing => hearing.HeardAgain)} after a reset) to {hearings.Count} subscribers, "
                + $"told {hearings.Min(hearing => hearing.TimesTold)} to {hearings.Max(hearing => hearing.TimesTold)} "
                + $"times");
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;

    private static Task<ProxyBeforeNodes> BeforeFronts(string program, NodeGroup nodes) =>
        ProxyBeforeNodes.StartAsync(program, [.. nodes.Names.Select(name => (nodes.Front(name), nodes.Admin(name)))]);

    private static Task<ProxyBeforeNodes> BeforeListeners(string program, NodeGroup nodes) =>
        ProxyBeforeNodes.StartAsync(program, [.. nodes.Names.Select(name => (nodes.Own(name), nodes.Admin(name)))]);

    // By POST, which no proxy sends again once something of it was sent.
    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient client, string publisher, string channel, string text)
    {
        using var content = new StringContent(text);
        return await client.PostAsync(new Uri($"{publisher}?id={channel}", UriKind.Relative), content);
    }

    private static async Task FailAsync(NodeGroup nodes, RedisPair redis, Ledger ledger, string[] names)
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
            redis.Primary.Ask("CLIENT", "KILL", "TYPE", type);
            await Task.Delay(TimeSpan.FromSeconds(1), ended);
        }

        redis.Cut();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
        await redis.FallSilentAsync(TimeSpan.FromSeconds(2));
        await nodes.UntilAllAnswerAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
        await redis.FailOverAsync(ledger);
        await Task.Delay(TimeSpan.FromSeconds(2), ended);

        // What is on its disk comes back; then nothing does.
        redis.Primary.Kill();
        redis.Primary.Start();
        await nodes.UntilAllAnswerAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
        redis.Primary.Kill();
        redis.Primary.Forget();
        redis.Primary.Start();
        await nodes.UntilAllAnswerAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), ended);
    }
}
