using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Testing;

/// <summary>
/// One TCP connection to a server, at which a test writes bytes and reads bytes: nothing is added, hidden or put in
/// order on the way. Every wait ends after <see cref="Patience"/>, which is a limit for a broken server and no
/// expectation.
/// </summary>
public sealed class RawHttpClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly byte[] _incoming = new byte[64 * 1024];
    private readonly List<byte> _unread = [];

    private RawHttpClient(Socket socket) => _socket = socket;

    /// <param name="server">Where the server listens.</param>
    /// <param name="from">The address to come from, where that matters: all of 127/8 is this machine.</param>
    /// <param name="receiveBuffer">
    /// Bytes that the kernel takes for a client that does not read, where that matters.
    /// </param>
    public static Task<RawHttpClient> ConnectAsync(IPEndPoint server, IPAddress? from = null, int? receiveBuffer = null)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        if (from is not null)
        {
            socket.Bind(new IPEndPoint(from, 0));
        }

        return ConnectAsync(socket, server);
    }

    /// <param name="path">The file of a Unix socket that the server listens on.</param>
    public static Task<RawHttpClient> ConnectAsync(string path) =>
        ConnectAsync(
            new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            new UnixDomainSocketEndPoint(path));

    private static async Task<RawHttpClient> ConnectAsync(Socket socket, EndPoint server)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(server, patience.Token);
            return new RawHttpClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, patience.Token)..];
        }
    }

    /// <summary>A whole request without a body, as small as HTTP/1.1 lets it be.</summary>
    public Task GetAsync(string target) => SendAsync($"GET {target} HTTP/1.1\r\nHost: halley\r\n\r\n");

    public Task PostAsync(string target, string body) => SendAsync(
        $"POST {target} HTTP/1.1\r\nHost: halley\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>The head of the next response; what follows is read from what is returned.</summary>
    public async Task<RawResponse> ReadResponseAsync(bool hasBody = true)
    {
        var head = await ReadThroughAsync("\r\n\r\n");
        return RawResponse.Parse(this, Encoding.Latin1.GetString(head), hasBody);
    }

    /// <summary>The next bytes up to and with the marker.</summary>
    public async Task<byte[]> ReadThroughAsync(string marker)
    {
        var wanted = Encoding.Latin1.GetBytes(marker);
        var searched = 0;
        while (true)
        {
            var at = IndexOf(wanted, searched);
            if (at >= 0)
            {
                return Take(at + wanted.Length);
            }

            searched = Math.Max(0, _unread.Count - wanted.Length + 1);
            if (!await ReceiveAsync())
            {
                throw Ended($"before {Show(marker)} came");
            }
        }
    }

    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        while (_unread.Count < count)
        {
            if (!await ReceiveAsync())
            {
                throw Ended($"with {_unread.Count} of {count} bytes sent");
            }
        }

        return Take(count);
    }

    /// <summary>
    /// The next bytes as text, exactly as many as the expected text has: an assertion then shows the first difference.
    /// </summary>
    public async Task<string> ReadAsManyAsAsync(string expected) =>
        Encoding.UTF8.GetString(await ReadExactlyAsync(Encoding.UTF8.GetByteCount(expected)));

    /// <summary>Bytes of a segment that the two ends agreed on.</summary>
    public int SegmentBytes
    {
        get
        {
            const int LevelTcp = 6;
            const int MaxSegment = 2;
            Span<byte> value = stackalloc byte[sizeof(int)];
            _socket.GetRawSocketOption(LevelTcp, MaxSegment, value);
            return BitConverter.ToInt32(value);
        }
    }

    /// <summary>Everything until the server closes the connection. A reset counts as closing.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        return Take(_unread.Count);
    }

    /// <summary>What has arrived and was not read, without waiting.</summary>
    public string Pending()
    {
        while (_socket.Available > 0)
        {
            _unread.AddRange(_incoming.AsSpan(0, _socket.Receive(_incoming)));
        }

        return Encoding.UTF8.GetString([.. _unread]);
    }

    /// <summary>Says that nothing more will be sent (FIN), while still reading.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Leaves as a machine that was switched off does: with a reset instead of a goodbye.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var count = await _socket.ReceiveAsync(_incoming.AsMemory(), patience.Token);
            _unread.AddRange(_incoming.AsSpan(0, count));
            return count > 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"The server sent nothing for {Patience.TotalSeconds} s. Unread: {ShowUnread()}");
        }
    }

    private int IndexOf(byte[] wanted, int from)
    {
        var at = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unread)[from..].IndexOf(wanted);
        return at < 0 ? -1 : from + at;
    }

    private byte[] Take(int count)
    {
        byte[] taken = [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unread)[..count]];
        _unread.RemoveRange(0, count);
        return taken;
    }

    private EndOfStreamException Ended(string when) =>
        new($"The server closed the connection {when}. Unread: {ShowUnread()}");

    private string ShowUnread() => Show(Encoding.Latin1.GetString([.. _unread.Take(500)]));

    private static string Show(string text) =>
        '"' + text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + '"';
}
