using System.Text;
using Halley.Specifications.Hosts;
using Halley.Testing;
using static Halley.Testing.RawWebSocket;

namespace Halley.Engine.Tests;

/// <summary>
/// Requests and messages that never come whole: what there may be of them, of all strangers together.
/// </summary>
public sealed class Unfinished
{
    private const int Limit = 4 << 20;

    [Theory]
    [InlineData("Content-Length: 2000000\r\n\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "1e8480\r\n")]
    public async Task Bodies_beyond_what_all_may_have_get_503_and_ordinary_requests_are_served(
        string fields, string chunk)
    {
        using var engine = Engine();
        var clients = new List<RawHttpClient>();
        try
        {
            var refused = 0;
            for (var i = 0; i < 8 && refused == 0; i++)
            {
                var client = await RawHttpClient.ConnectAsync(engine.Admin);
                clients.Add(client);
                await client.SendAsync(
                    Encoding.ASCII.GetBytes($"POST /push?cname=a HTTP/1.1\r\nHost: a\r\n{fields}{chunk}"));
                await client.SendAsync(new byte[1_900_000]);
                refused += await IsAnsweredAsync(engine, client) ? 1 : 0;
            }

            Assert.Equal(503, (await clients[^1].ReadResponseAsync()).Status);
            Assert.InRange(clients.Count, 2, 4);
            await engine.PushAsync("a", new string('x', 20_000));
            clients[0].Reset();
            await Eventually.TrueAsync(() => engine.UnfinishedBytes < Limit / 2, "what one had is given back");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.TrueAsync(
            () => engine.UnfinishedBytes <= 2 * 64 * 1024, "all is given back but the reactors' own");
    }

    [Fact]
    public async Task Heads_count_too()
    {
        using var engine = Engine(options => options with { MaxRequestHeadBytes = 2 << 20 });
        var clients = new List<RawHttpClient>();
        for (var i = 0; i < 8; i++)
        {
            clients.Add(await engine.ConnectAsync());
            await clients[^1].SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: " + new string('x', 1_000_000)));
            if (await IsAnsweredAsync(engine, clients[^1]))
            {
                break;
            }
        }

        Assert.Equal(503, (await clients[^1].ReadResponseAsync()).Status);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Messages_that_mean_nothing_are_not_kept()
    {
        using var engine = Engine(options => options with { MaxRequestBodyBytes = 16 << 20 });
        var half = Frame(TextFrame, new string('x', 2_000_000), isFinal: false);
        var sockets = new List<RawWebSocket>();
        for (var i = 0; i < 10; i++)
        {
            sockets.Add(await RawWebSocket.ConnectAsync(engine.Front, "/ws?cname=a&seq=1"));
            await sockets[^1].SendAsync((byte[])[.. half, .. Frame(PingFrame, "read")]);
            Assert.Equal("read", (await sockets[^1].ReadFrameAsync()).Text);
        }

        Assert.InRange(engine.UnfinishedBytes, 0, 1 << 20);
        sockets.ForEach(socket => socket.Dispose());
    }

    private static RunningEngine Engine(Func<ListenerOptions, ListenerOptions>? listener = null) => new(new()
    {
        Engine = options => (options.Reactors, options.MaxUnfinishedBytes) = (1, Limit),
        Listener = listener,
    });

    private static async Task<bool> IsAnsweredAsync(RunningEngine engine, RawHttpClient client)
    {
        await engine.AnswersAsync();
        return client.Pending().Length > 0;
    }
}
