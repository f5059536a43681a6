using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Benchmarks;

/// <summary>
/// A subscriber's socket, and a check of what comes through it. It waits in the kernel, ten seconds at most.
/// </summary>
internal sealed class LoopbackClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = 10_000,
    };

    private readonly byte[] _received = new byte[4096];
    private int _start;
    private int _end;

    public LoopbackClient(IPEndPoint server) => _socket.Connect(server);

    public static byte[] Get(string target) =>
        Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: halley.example\r\n\r\n");

    public void Send(ReadOnlySpan<byte> request) => _socket.Send(request);

    /// <summary>Reads on until something has come, and forgets all up to its end.</summary>
    /// <exception cref="SocketException">It does not come.</exception>
    public void Expect(ReadOnlySpan<byte> expected)
    {
        int at;
        while ((at = _received.AsSpan(_start, _end - _start).IndexOf(expected)) < 0)
        {
            if (_start > 0)
            {
                _received.AsSpan(_start, _end - _start).CopyTo(_received);
                (_start, _end) = (0, _end - _start);
            }

            var count = _socket.Receive(_received.AsSpan(_end));
            if (count == 0)
            {
                var instead = Encoding.ASCII.GetString(_received, _start, _end - _start);
                throw new InvalidOperationException(
                    $"\"{Encoding.ASCII.GetString(expected)}\" has not come; instead: {instead}");
            }

            _end += count;
        }

        _start += at + expected.Length;
    }

    public void Dispose() => _socket.Dispose();
}
