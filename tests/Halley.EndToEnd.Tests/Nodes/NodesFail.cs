using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Nodes;

/// <summary>
/// Processes are killed, stopped, ended, drained and unlisted, and where this machine lets us make networks cut off from each other, while messages are published at any of
/// them: each that was acknowledged is heard, or the subscriber was told.
/// </summary>
/// <remarks>NODE_PROCESS_FAULTS=100 makes so many instead of 8; NODE_SEED begins elsewhere than at 1.</remarks>
public sealed class NodesFail
{
    private static readonly int Faults = Setting("NODE_PROCESS_FAULTS", 8);
    private static readonly int Seed = Setting("NODE_SEED", 1);

    public static TheoryData<string> Networks => NodeNetwork.IsAllowed ? ["loopback", "namespaces"] : ["loopback"];

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task No_acknowledged_message_is_lost_untold_whatever_fails(string network)
    {
        string[] names = ["a", "b", "c"];
        await using var nodes = await NodeGroup.StartAsync(network == "namespaces" ? new NodeNetwork(names) : null, names);
        var chance = new Random(Seed);
        string[] channels = [.. Enumerable.Range(0, 9).Select(n => $"ch{n}")];
        var ledger = new Ledger(channels);
        List<Hearing> hearings = [.. channels.Select(ledger.HearingOf)];
        var subscribers = hearings.Select((hearing, n) => new RoamingSubscriber(nodes, hearing, n)).ToList();
        using var ended = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var listening = subscribers.ConvertAll(subscriber => subscriber.RunAsync(over.Token));
        var publishing = Enumerable.Range(0, 2).Select(number => PublishAsync(number)).ToList();
        List<string> story = [];
        for (var fault = 0; fault < Faults; fault++)
        {
            story.Add(await FailAsync(nodes, chance));
            await nodes.UntilAllServeAsync();
        }

        await ended.CancelAsync();
        await Task.WhenAll(publishing);
        var lost = await ledger.UntilHeardAsync(hearings);
        await over.CancelAsync();
        await Task.WhenAll(listening);
        subscribers.ForEach(subscriber => subscriber.Dispose());
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Faults} faults, {ledger.Sent} messages, {ledger.Acknowledged} acknowledged, subscribers told {hearings.Sum(hearing => hearing.TimesTold)} times: {string.Join("; ", story)}");
        Assert.True(lost.Count == 0, $"NODE_SEED={Seed}: lost untold: {string.Join(", ", lost)}\n{string.Join('\n', story)}\n{nodes.Logs()}");
        Assert.InRange(ledger.Acknowledged, ledger.Sent / 4, ledger.Sent);

        async Task PublishAsync(int number)
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(6) };
            var dice = new Random(~(Seed + number));
            await ledger.PublishAsync(
                Seed + number,
                (channel, text) => client.GetAsync(new Uri($"http://{nodes.Admin(nodes.Names[dice.Next(nodes.Names.Count)])}/push?cname={channel}&content={text}"), CancellationToken.None),
                ended.Token);
        }
    }

    private static async Task<string> FailAsync(NodeGroup nodes, Random chance)
    {
        var name = nodes.Names[chance.Next(nodes.Names.Count)];
        var pause = TimeSpan.FromMilliseconds(chance.Next(200, 4000));
        switch (nodes.Network is null ? chance.Next(5) : chance.Next(10))
        {
            case 0:
                await nodes[name].KillAsync();
                await Task.Delay(pause);
                nodes.Start(name);
                return $"{name} was killed and started again after {pause.TotalMilliseconds} ms";
            case 1:
                nodes[name].Pause();
                await Task.Delay(pause);
                nodes[name].Continue();
                return $"{name} stood still for {pause.TotalMilliseconds} ms";
            case 2:
                nodes[name].Pause();
                await Task.Delay(pause);
                await nodes[name].KillAsync();
                nodes.Start(name);
                return $"{name} stood still for {pause.TotalMilliseconds} ms, was killed and started again";
            case 3:
                nodes[name].Signal(PosixSignal.SIGTERM);
                await nodes[name].UntilExitAsync();
                await Task.Delay(pause);
                nodes.Start(name);
                return $"{name} was ended and started again after {pause.TotalMilliseconds} ms";
            case >= 5:
                return await CutAsync(nodes, name, pause, isWhole: chance.Next(2) == 0);
            default:
                await UnlistAsync(nodes, name);
                await Task.Delay(pause);
                nodes.Listed.Add(name);
                Reload(nodes, name);
                nodes.Start(name);
                return $"{name} was drained, unlisted, ended, and {pause.TotalMilliseconds} ms later listed and started again";
        }
    }

    // From one other node or from both.
    private static async Task<string> CutAsync(NodeGroup nodes, string name, TimeSpan pause, bool isWhole)
    {
        var others = nodes.Names.Where(other => other != name).Take(isWhole ? 2 : 1).ToList();
        others.ForEach(other => nodes.Network!.Cut(name, other));
        await Task.Delay(pause);
        others.ForEach(other => nodes.Network!.Join(name, other));
        return $"{name} was cut off from {string.Join(" and ", others)} for {pause.TotalMilliseconds} ms";
    }

    private static async Task UnlistAsync(NodeGroup nodes, string name)
    {
        using var client = await RawHttpClient.ConnectAsync(nodes.Admin(name));
        await client.GetAsync("/nodes/drain");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        nodes.Listed.Remove(name);
        Reload(nodes, name);
        await nodes.UntilAllServeAsync();
        nodes[name].Signal(PosixSignal.SIGTERM);
        await nodes[name].UntilExitAsync();
    }

    // All but one read the list again.
    private static void Reload(NodeGroup nodes, string except)
    {
        foreach (var other in nodes.Names.Where(other => other != except))
        {
            nodes.WriteConfiguration(other);
            nodes[other].Signal(PosixSignal.SIGHUP);
        }
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : usual;
}
