using System.Net;
using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Testing;

namespace Halley.Engine.Tests;

/// <summary>
/// One address has a share of the connections; what it gives back is there again, however a connection ended.
/// </summary>
public sealed class ConnectionsOfOneAddress
{
    private const int Share = 3;
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task A_further_one_is_told_why_and_closed_and_another_address_is_let_in()
    {
        using var engine = Limited();
        var clients = await FillAsync(engine);
        using var further = await engine.ConnectAsync();
        await further.GetAsync("/ping");
        var refusal = await further.ReadResponseAsync();
        Assert.Equal(503, refusal.Status);
        Assert.Equal("There are too many connections of your address\n", await refusal.ReadBodyAsync());
        Assert.Empty(await further.ReadToEndAsync());

        using var other = await RawHttpClient.ConnectAsync(engine.Front, Other);
        await other.GetAsync("/ping");
        Assert.Equal(200, (await other.ReadResponseAsync()).Status);
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("reset")]
    [InlineData("half closed")]
    [InlineData("reset while held")]
    [InlineData("answered and closed")]
    [InlineData("no HTTP")]
    [InlineData("failed")]
    [InlineData("silent, then closed")]
    [InlineData("half a request, then closed")]
    [InlineData("channel closed")]
    public async Task Its_place_is_free_again_when_it_was(string how)
    {
        using var engine = Limited(how == "failed" ? new Failing() : null);
        for (var round = 0; round < 20; round++)
        {
            var clients = await ConnectAllAsync(engine);
            foreach (var client in clients)
            {
                await EndAsync(client, how);
            }

            if (how == "channel closed")
            {
                await CloseChannelAsync(engine);
            }

            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Publishers_and_trusted_proxies_are_not_limited()
    {
        using var engine = new RunningEngine(new()
        {
            Engine = options => options.MaxConnectionsPerAddress = Share,
            Listener = listener => listener with { TrustedProxies = TrustedProxies.Of(["127.0.0.1"]) },
        });
        var clients = new List<RawHttpClient>();
        for (var n = 0; n < 4 * Share; n++)
        {
            clients.Add(await RawHttpClient.ConnectAsync(n % 2 == 0 ? engine.Front : engine.Admin));
            await clients[n].GetAsync(n % 2 == 0 ? "/ping" : "/info");
            Assert.Equal(200, (await clients[n].ReadResponseAsync()).Status);
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Where_no_share_was_chosen_who_has_most_does_not_get_the_last_ones()
    {
        using var engine = new RunningEngine(
            new() { Engine = options => (options.MaxConnections, options.Reactors) = (64, 1) });
        var clients = new List<RawHttpClient>();
        int status;
        do
        {
            clients.Add(await engine.ConnectAsync());
            await clients[^1].GetAsync("/ping");
            status = (await clients[^1].ReadResponseAsync()).Status;
        }
        while (status == 200);

        Assert.Equal(503, status);
        Assert.Equal(64 - (64 / 16) + 2, clients.Count);
        using var other = await RawHttpClient.ConnectAsync(engine.Front, Other);
        await other.GetAsync("/ping");
        Assert.Equal(200, (await other.ReadResponseAsync()).Status);
        clients.ForEach(client => client.Dispose());
    }

    private static RunningEngine Limited(IRequestHandler? handler = null) =>
        new(new() { Engine = options => options.MaxConnectionsPerAddress = Share, Front = handler });

    private static async Task<List<RawHttpClient>> FillAsync(RunningEngine engine)
    {
        var clients = new List<RawHttpClient>();
        for (var n = 0; n < Share; n++)
        {
            clients.Add(await engine.ConnectAsync());
            await clients[n].GetAsync("/ping");
            Assert.Equal(200, (await clients[n].ReadResponseAsync()).Status);
        }

        return clients;
    }

    // Those before may still be ending.
    private static async Task<List<RawHttpClient>> ConnectAllAsync(RunningEngine engine)
    {
        var clients = new List<RawHttpClient>();
        while (clients.Count < Share)
        {
            var client = await engine.ConnectAsync();
            await client.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n");
            var response = await client.ReadResponseAsync();
            _ = await response.ReadBodyAsync();
            if (response.Status == 200)
            {
                clients.Add(client);
                continue;
            }

            client.Dispose();
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        return clients;
    }

    private static async Task EndAsync(RawHttpClient client, string how)
    {
        switch (how)
        {
            case "reset":
                client.Reset();
                break;
            case "half closed":
                client.FinishSending();
                await client.ReadToEndAsync();
                break;
            case "reset while held" or "channel closed":
                await client.GetAsync("/stream?cname=held&seq=1");
                _ = await client.ReadResponseAsync();
                if (how == "reset while held")
                {
                    client.Reset();
                }

                break;
            case "answered and closed":
                await client.SendAsync("GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                await client.ReadToEndAsync();
                break;
            case "no HTTP":
                await client.SendAsync("no HTTP\r\n\r\n");
                await client.ReadToEndAsync();
                break;
            case "failed":
                await client.GetAsync("/fail");
                await client.ReadToEndAsync();
                break;
            case "half a request, then closed":
                await client.SendAsync("GET /pi");
                break;
        }
    }

    private static async Task CloseChannelAsync(RunningEngine engine)
    {
        using var admin = await RawHttpClient.ConnectAsync(engine.Admin);
        await admin.GetAsync("/close?cname=held");
        Assert.Equal(200, (await admin.ReadResponseAsync()).Status);
    }

    private sealed class Failing : IRequestHandler
    {
        private static readonly ResponseHead Ok = new("200 OK", ["Content-Type: text/plain"]);

        public void Handle(in HttpRequest request, IExchange exchange)
        {
            if (request.Path.SequenceEqual("/fail"u8))
            {
                throw new InvalidOperationException("as the test wants it");
            }

            exchange.Reply(Ok, "well"u8);
        }
    }
}
