using System.Net;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>
/// A server that may open no more files. The original accepts until it cannot, and then nobody can publish either.
/// </summary>
[Trait("differs", "icomet")]
public sealed class OutOfDescriptors : IDisposable
{
    // The runtime takes some 140, and some are kept for publishers and for files: some dozens are left for subscribers.
    private const int Descriptors = 330;

    // So many have room at once, whatever the runtime takes.
    private const int Room = 100;

    private readonly List<RawHttpClient> _clients = [];

    [Fact]
    public async Task Subscribers_wait_publishers_get_through_and_one_that_leaves_makes_room()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf { MaxSubscribersPerChannel = 1000 }, Descriptors);
        await AskAsync(server.Front, 200, "/stream?cname=a&seq=1");
        var heads = _clients.Select(client => client.ReadResponseAsync()).ToList();
        await UntilLoggedAsync(server, "may have are in use");

        using (var publisher = await RawHttpClient.ConnectAsync(server.Admin))
        {
            await publisher.GetAsync("/push?cname=a&content=hi");
            Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
        }

        var held = _clients.Where((_, i) => heads[i].IsCompletedSuccessfully).ToList();
        var waiting = heads.Where(head => !head.IsCompleted).ToList();
        Assert.NotEmpty(held);
        Assert.NotEmpty(waiting);
        held.ForEach(client => client.Dispose());
        Assert.Equal(200, (await await Task.WhenAny(waiting)).Status);
    }

    [Fact]
    public async Task Publishers_beyond_the_last_descriptor_wait_for_one()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf(), Descriptors);
        await AskAsync(server.Admin, Descriptors + 20, "/info");
        await UntilLoggedAsync(server, "may have are in use");

        _clients[..^Room].ForEach(client => client.Dispose());

        foreach (var publisher in _clients[^Room..])
        {
            Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
        }
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private async Task AskAsync(IPEndPoint server, int clients, string target)
    {
        for (var i = 0; i < clients; i++)
        {
            // From several addresses: one that has most of the connections is not left waiting for the last, but
            // refused.
            _clients.Add(await RawHttpClient.ConnectAsync(server, new IPAddress([127, 0, 0, (byte)(1 + (i % 8))])));
            await _clients[i].GetAsync(target);
        }
    }

    private static async Task UntilLoggedAsync(ICometServer server, string what)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        var log = Path.Combine(server.Folder, "halley.log");
        while (!File.Exists(log)
            || !(await File.ReadAllTextAsync(log, patience.Token)).Contains(what, StringComparison.Ordinal))
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
