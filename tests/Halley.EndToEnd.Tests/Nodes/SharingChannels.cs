using System.Globalization;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Nodes;

/// <summary>Three processes that share their channels, as publishers, subscribers and operators see them.</summary>
public sealed class SharingChannels(SharingChannels.ThreeNodes three) : IClassFixture<SharingChannels.ThreeNodes>
{
    public sealed class ThreeNodes : IAsyncLifetime
    {
        public NodeGroup Nodes { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Nodes = await NodeGroup.StartAsync("a", "b", "c");

        public ValueTask DisposeAsync() => Nodes.DisposeAsync();
    }

    private NodeGroup Nodes => three.Nodes;

    [Fact]
    public async Task Whoever_is_asked_a_message_reaches_the_subscriber_that_went_where_sign_said()
    {
        foreach (var signer in Nodes.Names)
        {
            var channel = $"sign-{signer}";
            var signed = await GetAsync(Nodes.Admin(signer), $"/sign?cname={channel}");
            var owner = Nodes.Names.Single(name => signed.Contains($"\"sub_url\":\"http://{Nodes.Front(name)}\"", StringComparison.Ordinal));
            using var subscriber = await RawHttpClient.ConnectAsync(Nodes.Front(owner));
            await subscriber.GetAsync($"/stream?cname={channel}&seq=1");
            var stream = await subscriber.ReadResponseAsync();
            var count = 0;
            foreach (var publisher in Nodes.Names)
            {
                Assert.Equal("{\"type\":\"ok\"}\n", await GetAsync(Nodes.Admin(publisher), $"/push?cname={channel}&content=from-{publisher}"));
                Assert.Equal(
                    string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"data\",\"cname\":\"{channel}\",\"seq\":{++count},\"content\":\"from-{publisher}\"}}\n"),
                    await stream.ReadChunkAsync());
            }

            Assert.All(await Task.WhenAll(Nodes.Names.Select(name => GetAsync(Nodes.Admin(name), $"/info?cname={channel}"))), info => Assert.Equal($"{{\"cname\": \"{channel}\", \"subscribers\": 1}}\n", info));
        }
    }

    [Fact]
    public async Task A_subscriber_at_the_wrong_node_is_sent_to_the_right_one()
    {
        var answers = new List<string>();
        foreach (var name in Nodes.Names)
        {
            using var client = await RawHttpClient.ConnectAsync(Nodes.Front(name));
            await client.GetAsync("/poll?cname=wrong&seq=0");
            var answer = await client.ReadResponseAsync();
            answers.Add(answer.Status == 307 ? answer["Location"] ?? "" : $"{answer.Status}");
        }

        Assert.Single(answers, "200");
        var location = Assert.Single(answers.Where(answer => answer != "200").Distinct());
        Assert.Equal($"http://{Nodes.Front(Nodes.Names[answers.IndexOf("200")])}/poll?cname=wrong&seq=0", location);
    }

    [Fact]
    public async Task A_WebSocket_at_the_wrong_node_is_told_where_to_go()
    {
        var told = 0;
        foreach (var name in Nodes.Names)
        {
            using var socket = await RawWebSocket.ConnectAsync(Nodes.Front(name), "/ws?cname=moved&seq=0");
            var message = await socket.ReadTextAsync();
            if (message.Contains("\"moved\",\"cname\":\"moved\"", StringComparison.Ordinal))
            {
                Assert.Contains("/ws?cname=moved&seq=0", message, StringComparison.Ordinal);
                told++;
            }
        }

        Assert.Equal(2, told);
    }

    [Fact]
    public async Task The_command_shows_the_nodes_and_says_by_its_status_whether_all_serve()
    {
        await using var command = ServerProcess.Start(Path.GetTempPath(), ["nodes", "--admin", $"{Nodes.Admin("b")}"]);

        Assert.Equal(0, await command.UntilExitAsync());
        var lines = command.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["NODE", "STATE", "CHANNELS", "SUBSCRIBERS", "SHARE", "FRONT"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(4, lines.Length);
        Assert.All(Nodes.Names, name => Assert.Contains(lines, line => line.StartsWith($"{name}     serving ", StringComparison.Ordinal) && line.EndsWith($"http://{Nodes.Front(name)}", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.Equal(lines[0].IndexOf("FRONT", StringComparison.Ordinal), line.IndexOf(line.Contains("http", StringComparison.Ordinal) ? "http" : "FRONT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_commands_are_asked_at_any_node_and_find_the_one_that_has_the_channel()
    {
        foreach (var name in Nodes.Names)
        {
            var channel = $"command-at-{name}";
            await using var subscriber = ServerProcess.Start(Path.GetTempPath(), ["sub", channel, "--front", $"{Nodes.Front(name)}", "--count", "1"]);
            await WaitForAsync(async () => (await GetAsync(Nodes.Admin(name), $"/info?cname={channel}")).Contains("\"subscribers\": 1", StringComparison.Ordinal));
            await using var publisher = ServerProcess.Start(Path.GetTempPath(), ["push", channel, "hello", "--admin", $"{Nodes.Admin(name)}"]);

            Assert.Equal((0, "ok\n"), (await publisher.UntilExitAsync(), publisher.Output));
            Assert.Equal((0, "1\thello\n", ""), (await subscriber.UntilExitAsync(), subscriber.Output, subscriber.Errors));
        }
    }

    [Fact]
    public async Task A_server_that_shares_with_nobody_says_so()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf());
        await using var command = ServerProcess.Start(Path.GetTempPath(), ["nodes", "--admin", $"{server.Admin}"]);

        Assert.Equal(1, await command.UntilExitAsync());
        Assert.EndsWith(": this server shares its channels with no other node; see nodes in its configuration\n", command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_starts_with_another_key_than_those_that_are_there_does_not_serve_and_the_command_says_why()
    {
        await using var nodes = new NodeGroup("a", "b");
        nodes.Start("a");
        await nodes["a"].UntilListeningAsync(nodes.Admin("a"));
        nodes.Start("b", "another key than the other one's");
        await nodes["b"].UntilListeningAsync(nodes.Admin("b"));
        await WaitForAsync(async () => (await ShowAsync(nodes, "b")).Output.Contains("does not know the key", StringComparison.Ordinal));
        var (status, output) = await ShowAsync(nodes, "b");

        Assert.Equal(2, status);
        Assert.Contains("b waits for a (", output, StringComparison.Ordinal);
        Assert.DoesNotContain(NodeGroup.Key, nodes.Logs() + output, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output)> ShowAsync(NodeGroup nodes, string name)
    {
        await using var command = ServerProcess.Start(Path.GetTempPath(), ["nodes", "--admin", $"{nodes.Admin(name)}"]);
        return (await command.UntilExitAsync(), command.Output);
    }

    private static async Task WaitForAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, "It does not come.");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static async Task<string> GetAsync(System.Net.IPEndPoint address, string target)
    {
        using var client = await RawHttpClient.ConnectAsync(address);
        await client.GetAsync(target);
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }
}
