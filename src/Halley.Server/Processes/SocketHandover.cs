using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Halley.Engine;
using Halley.Server.Logging;
using Halley.Server.Native;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Processes;

/// <summary>
/// Hands the sockets that a server listens on to its successor, so that nobody who connects meanwhile is refused: the
/// successor asks for them over a Unix socket that has a name and no file. Only processes of the same user, or root's,
/// are answered.
/// </summary>
internal sealed class SocketHandover : IDisposable
{
    private const int LevelSocket = 1;
    private const int PeerCredentials = 17;

    // For a server that stands still.
    private const int PatienceMs = 5000;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ILogger _logger;
    private readonly bool _isListening;

    /// <summary>Listens for a successor, which waits until <see cref="Begin"/>.</summary>
    public SocketHandover(ILogger logger)
    {
        _logger = logger;
        try
        {
            _listener.Bind(NameOf(Environment.ProcessId));
            _listener.Listen();
            _isListening = true;
        }
        catch (SocketException refused)
        {
            _logger.SocketsStay(refused.Message);
        }
    }

    /// <summary>Answers successors, until it is disposed of.</summary>
    /// <param name="handOver">Hands the sockets over a connected socket.</param>
    public void Begin(Func<int, bool> handOver)
    {
        if (_isListening)
        {
            _ = Serve(handOver);
        }
    }

    /// <summary>Asks a server for its sockets.</summary>
    /// <returns>Null where it has none to give, or does not answer.</returns>
    public static HandedSockets? AskFor(int server)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(NameOf(server));
            socket.ReceiveTimeout = PatienceMs;

            // The name is anybody's to take; who listens there is not.
            return PeerOf(socket).Process == server ? HandedSockets.Receive((int)socket.Handle) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task Serve(Func<int, bool> handOver)
    {
        while (true)
        {
            try
            {
                using var successor = await _listener.AcceptAsync();
                var (process, user) = PeerOf(successor);
                if ((user == 0 || user == Libc.GetEffectiveUser()) && handOver((int)successor.Handle))
                {
                    _logger.SocketsHandedOver(process);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static UnixDomainSocketEndPoint NameOf(int server) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\0halley-sockets-{server}"));

    private static (int Process, uint User) PeerOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        _ = socket.GetRawSocketOption(LevelSocket, PeerCredentials, credentials);
        return (MemoryMarshal.Read<int>(credentials), MemoryMarshal.Read<uint>(credentials[4..]));
    }
}
