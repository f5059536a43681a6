using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Halley.Chaos.Servers;

/// <summary>A Redis of our own, that writes down what it does before it answers.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";

    private static readonly byte[][] Cuts =
        ["CLIENT KILL TYPE pubsub\r\n"u8.ToArray(), "CLIENT KILL TYPE normal\r\n"u8.ToArray()];

    private readonly ReservedPort _port = new();
    private readonly ChildProcess _process;

    public RedisServer(DirectoryInfo folder)
    {
        var port = _port.Address.Port.ToString(CultureInfo.InvariantCulture);
        _process = new ChildProcess(
            [
                Program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir",
                folder.FullName,
            ],
            _port.Address);
    }

    public IPEndPoint Address => _port.Address;

    /// <summary>Whether there is one to start.</summary>
    public static bool IsInstalled => Programs.Find(Program) is not null;

    public Task StartAsync() => _process.StartAsync();

    public async Task InflictAsync(FaultKind fault, Random dice)
    {
        switch (fault)
        {
            case FaultKind.RedisKill:
                await _process.KillAsync().ConfigureAwait(false);
                await Task.Delay(dice.Next(1000)).ConfigureAwait(false);
                await _process.StartAsync().ConfigureAwait(false);
                break;
            case FaultKind.RedisStop:
                await _process.StandStillAsync(TimeSpan.FromMilliseconds(dice.Next(200, 3000))).ConfigureAwait(false);
                break;
            default:
                await CutAsync(Cuts[dice.Next(Cuts.Length)]).ConfigureAwait(false);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        _port.Dispose();
    }

    private async Task CutAsync(byte[] command)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Address).ConfigureAwait(false);
        await socket.SendAsync(command).ConfigureAwait(false);
        await socket.ReceiveAsync(new byte[256]).ConfigureAwait(false);
    }
}
