using System.Runtime.InteropServices;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Nodes;

/// <summary>With <c>misdirected: proxy</c> any node serves any subscriber, by every transport, whoever has the channel.</summary>
public sealed class ServingForOthers : IAsyncLifetime
{
    private readonly List<IDisposable> _clients = [];
    private NodeGroup? _nodes;

    private NodeGroup Nodes => _nodes!;

    public async ValueTask InitializeAsync() => _nodes = await NodeGroup.StartAsync(null, ["a", "b"], misdirected: "proxy");

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Nodes.DisposeAsync();
    }

    [Theory]
    [InlineData("stream", "{0}\n")]
    [InlineData("sse", "data: {0}\n\n")]
    [InlineData("iframe", "<script>parent.icomet_cb({0});</script>\n")]
    public async Task A_stream_at_any_node_is_told_everything_in_order(string transport, string frame)
    {
        foreach (var node in Nodes.Names)
        {
            var channel = $"{transport}-{node}";
            var client = await RawHttpClient.ConnectAsync(Nodes.Front(node));
            _clients.Add(client);
            await client.GetAsync($"/{transport}?cname={channel}&seq=1");
            var answer = await client.ReadResponseAsync();
            Assert.Equal(200, answer.Status);
            await PushAsync(channel, 50);

            var read = "";
            while (!read.Contains("\"seq\":50,", StringComparison.Ordinal))
            {
                read += await answer.ReadChunkAsync();
            }

            var messages = Enumerable.Range(1, 50).Select(n => string.Format(null, frame, $"{{\"type\":\"data\",\"cname\":\"{channel}\",\"seq\":{n},\"content\":\"{n}\"}}"));
            Assert.EndsWith(string.Concat(messages), read.Replace(string.Format(null, frame, "x"), "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_poll_at_any_node_is_answered_and_its_connection_kept()
    {
        foreach (var node in Nodes.Names)
        {
            var client = await RawHttpClient.ConnectAsync(Nodes.Front(node));
            _clients.Add(client);
            foreach (var channel in new[] { $"p1-{node}", $"p2-{node}", $"p3-{node}" })
            {
                await client.GetAsync($"/poll?cname={channel}&seq=1");
                await PushAsync(channel, 1);
                var answer = await client.ReadResponseAsync();
                Assert.Contains("\"content\":\"1\"", await answer.ReadBodyAsync(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_WebSocket_at_any_node_is_told_everything_and_heard()
    {
        foreach (var node in Nodes.Names)
        {
            var channel = $"ws-{node}";
            var socket = await RawWebSocket.ConnectAsync(Nodes.Front(node), $"/ws?cname={channel}&seq=0");
            _clients.Add(socket);
            Assert.Equal("next_seq", TypeOf(await socket.ReadTextAsync()));
            await socket.SendTextAsync("ping");
            Assert.Equal("pong", TypeOf(await socket.ReadTextAsync()));
            await PushAsync(channel, 3);
            foreach (var number in new[] { "1", "2", "3" })
            {
                Assert.Equal(number, JsonDocument.Parse(await socket.ReadTextAsync()).RootElement.GetProperty("content").GetString());
            }

            await AskAsync($"/close?cname={channel}");
            Assert.Equal("close", TypeOf(await socket.ReadTextAsync()));
            Assert.Equal(1000, (await socket.ReadCloseAsync()).CloseCode);
        }
    }

    [Fact]
    public async Task A_subscriber_that_leaves_is_gone_at_the_node_that_has_its_channel()
    {
        var clients = new List<RawHttpClient>();
        foreach (var node in Nodes.Names)
        {
            var client = await RawHttpClient.ConnectAsync(Nodes.Front(node));
            clients.Add(client);
            await client.GetAsync("/stream?cname=leaving&seq=1");
            await client.ReadResponseAsync();
        }

        await UntilAsync("\"subscribers\": 2}");
        clients.ForEach(client => client.Reset());
        await UntilAsync("\"subscribers\": 0}");
    }

    [Fact]
    public async Task Where_the_node_that_has_the_channel_dies_its_subscribers_lose_their_connection_and_come_back()
    {
        var answer = await ListenAtAAsync(await ChannelOfBAsync());
        await Nodes["b"].KillAsync();

        // Cut off rather than ended: that is the sign to come back.
        await Assert.ThrowsAsync<EndOfStreamException>(answer.ReadBodyAsync);
    }

    [Fact]
    public async Task Where_the_node_that_has_the_channel_is_silent_its_subscribers_are_let_go_once_another_one_has_it()
    {
        var channel = await ChannelOfBAsync();
        var answer = await ListenAtAAsync(channel);
        var socket = await RawWebSocket.ConnectAsync(Nodes.Front("a"), $"/ws?cname={channel}&seq=1");
        _clients.Add(socket);
        Nodes["b"].Pause();

        // It says nothing, not even that it is gone: the node that they came to knows.
        await Assert.ThrowsAsync<EndOfStreamException>(answer.ReadBodyAsync);
        ServerFrame frame;
        while ((frame = await socket.ReadFrameAsync()).Opcode != RawWebSocket.CloseFrame)
        {
            Assert.Equal("noop", TypeOf(frame.Text));
        }

        Assert.Equal(1001, frame.CloseCode);
        Nodes["b"].Continue();
    }

    [Fact]
    public async Task A_list_that_is_read_again_and_says_the_same_costs_nobody_its_connection()
    {
        var channel = await ChannelOfBAsync();
        var answer = await ListenAtAAsync(channel);
        Nodes["a"].Signal(PosixSignal.SIGHUP);
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!(await File.ReadAllTextAsync(Nodes.LogOf("a"), patience.Token)).Contains("SIGHUP: the nodes are ", StringComparison.Ordinal))
        {
            await Task.Delay(10, patience.Token);
        }

        // Every thread has many a turn meanwhile.
        for (var number = 1; number <= 50; number++)
        {
            await PushAsync(channel, 1);
            string? told;
            do
            {
                told = await answer.ReadChunkAsync();
            }
            while (TypeOf(told!) == "noop");

            Assert.StartsWith($"{{\"type\":\"data\",\"cname\":\"{channel}\",\"seq\":{number},", told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_is_sent_elsewhere_where_nodes_disagree_who_has_a_channel()
    {
        // What a node asks that takes a for the one that has the channel; a does not.
        var channel = await ChannelOfBAsync();
        using var client = await RawHttpClient.ConnectAsync(Nodes.Front("a"));
        await client.SendAsync($"GET /stream?cname={channel} HTTP/1.1\r\nHost: halley.test\r\nX-Halley-Relayed: 1\r\n\r\n");
        var answer = await client.ReadResponseAsync();
        Assert.Equal(503, answer.Status);
        Assert.Equal("this node does not take that channel for its own, as another one does: try again in a moment\n", await answer.ReadBodyAsync());

        await client.SendAsync(RawWebSocket.Handshake($"/ws?cname={channel}", "X-Halley-Relayed: 1\r\n"));
        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
    }

    private async Task<string> ChannelOfBAsync()
    {
        foreach (var name in Enumerable.Range(0, 30).Select(number => $"d{number}"))
        {
            if ((await AskAsync($"/sign?cname={name}")).Contains($"{Nodes.Front("b")}", StringComparison.Ordinal))
            {
                return name;
            }
        }

        throw new InvalidDataException("b has none of thirty channels.");
    }

    private async Task<RawResponse> ListenAtAAsync(string channel)
    {
        var client = await RawHttpClient.ConnectAsync(Nodes.Front("a"));
        _clients.Add(client);
        await client.GetAsync($"/stream?cname={channel}&epoch=");
        var answer = await client.ReadResponseAsync();
        Assert.Equal("exact", TypeOf((await answer.ReadChunkAsync())!));
        return answer;
    }

    private async Task PushAsync(string channel, int count)
    {
        foreach (var number in Enumerable.Range(1, count))
        {
            Assert.Equal("{\"type\":\"ok\"}\n", await AskAsync($"/push?cname={channel}&content={number}"));
        }
    }

    private async Task UntilAsync(string end)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!(await AskAsync("/info?cname=leaving")).Contains(end, StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, await AskAsync("/info?cname=leaving"));
        }
    }

    private async Task<string> AskAsync(string target)
    {
        using var client = await RawHttpClient.ConnectAsync(Nodes.Admin("a"));
        await client.GetAsync(target);
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    private static string? TypeOf(string json) => JsonDocument.Parse(json).RootElement.GetProperty("type").GetString();
}
