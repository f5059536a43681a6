using System.Net;
using System.Net.Sockets;
using Halley.Chaos.Wire;

namespace Halley.Chaos.Tests;

/// <summary>What comes through a proxy whose connections fail.</summary>
public sealed class FaultyProxyTests : IAsyncDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly FaultyProxy _proxy;

    public FaultyProxyTests()
    {
        _server.Start();
        _proxy = new FaultyProxy((IPEndPoint)_server.LocalEndpoint);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    [Theory]
    [InlineData(FaultKind.Split)]
    [InlineData(FaultKind.Delay)]
    [InlineData(FaultKind.Buffer)]
    [InlineData(FaultKind.SlowReaders)]
    public async Task All_bytes_come_in_their_order_however_late_and_in_however_many_pieces(FaultKind fault)
    {
        using var client = await ConnectAsync();
        using var server = await AcceptAsync(client);
        InflictOnAll(fault);
        byte[] sent = [.. Enumerable.Range(0, 5000).Select(static i => (byte)i)];

        await server.SendAsync(sent);

        var heard = new byte[sent.Length];
        await ReadAsync(client, heard);
        Assert.Equal(sent, heard);
    }

    [Theory]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.HalfOpen)]
    public async Task Clients_are_cut_off(FaultKind fault)
    {
        using var client = await ConnectAsync();
        using var server = await AcceptAsync(client);

        InflictOnAll(fault);

        Assert.Equal(0, await EndOf(client));
        if (fault == FaultKind.Reset)
        {
            Assert.Equal(0, await EndOf(server));
        }
    }

    [Fact]
    public async Task A_part_of_what_is_sent_comes_and_then_the_end()
    {
        using var client = await ConnectAsync();
        using var server = await AcceptAsync(client);
        InflictOnAll(FaultKind.Cut);

        await server.SendAsync(new byte[1000]);

        var count = 0;
        while (await EndOf(client) is var some and > 0)
        {
            count += some;
        }

        Assert.InRange(count, 0, 999);
    }

    // A second byte each way is through when both sides are there.
    private async Task<Socket> AcceptAsync(Socket client)
    {
        var server = await _server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.SendAsync(new byte[1]);
        await ReadAsync(server, new byte[1]);
        await server.SendAsync(new byte[1]);
        await ReadAsync(client, new byte[1]);
        return server;
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(_proxy.Address);
        return client;
    }

    // Each is drawn by chance: after so often, the one has been.
    private void InflictOnAll(FaultKind fault)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            _proxy.Inflict(fault, new Random(seed));
        }
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> into)
    {
        using var patience = new CancellationTokenSource(Testing.RawHttpClient.Patience);
        for (var count = 0; count < into.Length;)
        {
            var some = await socket.ReceiveAsync(into[count..], patience.Token);
            Assert.True(some > 0, "all of it comes");
            count += some;
        }
    }

    private static async Task<int> EndOf(Socket socket)
    {
        using var patience = new CancellationTokenSource(Testing.RawHttpClient.Patience);
        try
        {
            return await socket.ReceiveAsync(new byte[2000], patience.Token);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
