using System.Net;
using System.Net.Sockets;

namespace Halley.Chaos.Wire;

/// <summary>One connection through a <see cref="FaultyProxy"/>: what the server says passes its faults.</summary>
internal sealed class FaultyConnection(Socket client) : IDisposable
{
    private const int BufferSize = 16 * 1024;

    // What is held back at once at most.
    private const int MostHeld = 1 << 20;

    // Pieces that a buffer is split into; the rest follows in one.
    private const int MostPieces = 40;
    private const int LongestPiece = 7;

    private static readonly TimeSpan HalfOpenFor = TimeSpan.FromSeconds(10);

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _lock = new();
    private (FaultKind Kind, long Until, int Number)? _fault;

    /// <summary>Passes everything on until either side ends.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        client.NoDelay = _server.NoDelay = true;
        await _server.ConnectAsync(target).ConfigureAwait(false);
        var up = PassAsync(client, _server, isDown: false);
        var down = PassAsync(_server, client, isDown: true);
        await await Task.WhenAny(up, down).ConfigureAwait(false);
        if (TakeFault() is { Kind: FaultKind.HalfOpen })
        {
            await Task.Delay(HalfOpenFor).ConfigureAwait(false);
        }

        Dispose();
        await Task.WhenAll(Quietly(up), Quietly(down)).ConfigureAwait(false);
    }

    public void Inflict(FaultKind kind, Random dice)
    {
        var duration = TimeSpan.FromMilliseconds(dice.Next(200, 2500));
        var until = Environment.TickCount64 + (long)duration.TotalMilliseconds;
        lock (_lock)
        {
            _fault = (kind, until, dice.Next(1, 200));
        }

        switch (kind)
        {
            case FaultKind.Reset:
                Reset();
                break;
            case FaultKind.HalfOpen:
                // The client has gone, and the server's side stays: nothing is read or said there.
                client.Dispose();
                break;
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private void Reset()
    {
        try
        {
            client.LingerState = _server.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has just ended by itself.
        }

        Dispose();
    }

    private static async Task Quietly(Task pass)
    {
        try
        {
            await pass.ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // It was closed under it.
        }
    }

    private (FaultKind Kind, long Until, int Number)? TakeFault()
    {
        lock (_lock)
        {
            if (_fault is { } fault && fault.Until <= Environment.TickCount64 && fault.Kind != FaultKind.HalfOpen)
            {
                _fault = null;
            }

            return _fault;
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool isDown)
    {
        var buffer = new byte[BufferSize];
        while (await from.ReceiveAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            var bytes = buffer.AsMemory(0, count);
            if (isDown && TakeFault() is { } fault)
            {
                await FailAsync(fault, bytes).ConfigureAwait(false);
            }
            else
            {
                await SendAsync(to, bytes).ConfigureAwait(false);
            }
        }
    }

    private async Task FailAsync((FaultKind Kind, long Until, int Number) fault, ReadOnlyMemory<byte> bytes)
    {
        var left = TimeSpan.FromMilliseconds(Math.Max(0, fault.Until - Environment.TickCount64));
        switch (fault.Kind)
        {
            case FaultKind.SlowReaders:
                // Nothing is read meanwhile: the server cannot send.
                await Task.Delay(left).ConfigureAwait(false);
                break;
            case FaultKind.Buffer:
                await HoldAsync(bytes, fault.Until).ConfigureAwait(false);
                return;
            case FaultKind.Delay:
                await Task.Delay(fault.Number).ConfigureAwait(false);
                break;
            case FaultKind.Cut:
                await SendAsync(client, bytes[..(bytes.Length * fault.Number / 200)]).ConfigureAwait(false);
                Dispose();
                return;
            case FaultKind.Split:
                for (var i = 0; i < MostPieces && bytes.Length > 0; i++)
                {
                    var piece = Math.Min(bytes.Length, 1 + ((fault.Number + i) % LongestPiece));
                    await SendAsync(client, bytes[..piece]).ConfigureAwait(false);
                    bytes = bytes[piece..];
                    await Task.Yield();
                }

                break;
        }

        await SendAsync(client, bytes).ConfigureAwait(false);
    }

    private async Task HoldAsync(ReadOnlyMemory<byte> first, long until)
    {
        var held = new List<byte>(first.ToArray());
        var buffer = new byte[BufferSize];
        while (held.Count < MostHeld && until - Environment.TickCount64 is var left and > 0)
        {
            using var end = new CancellationTokenSource((int)left);
            try
            {
                var count = await _server.ReceiveAsync(buffer, end.Token).ConfigureAwait(false);
                held.AddRange(buffer.AsSpan(0, count));
                if (count == 0)
                {
                    break;
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await SendAsync(client, held.ToArray()).ConfigureAwait(false);
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes).ConfigureAwait(false)..];
        }
    }
}
