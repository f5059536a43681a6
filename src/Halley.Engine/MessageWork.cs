using Halley.Engine.Connections;
using Halley.Protocol.WebSockets;

namespace Halley.Engine;

/// <summary>
/// The work that the messages of WebSocket clients may be in one turn of a reactor, in nanoseconds: a client chooses
/// what it sends, and 86 bytes may have to be decompressed to 64 KiB. The rest is read in the next turn, after others
/// have had theirs. Belongs to one reactor.
/// </summary>
internal sealed class MessageWork
{
    /// <summary>
    /// The work of all connections together: some 2 ms. A turn with nothing else in it costs some microseconds, so
    /// little is lost by more of them.
    /// </summary>
    public const int PerTurn = 2_000_000;

    /// <summary>
    /// The work of one connection: some 0.5 ms, so that three that send too much do not keep a fourth waiting.
    /// </summary>
    public const int PerConnection = 500_000;

    private readonly Queue<Connection> _waiting = new();
    private int _ofTurn = PerTurn;
    private int _ofConnection;

    /// <summary>Whether the current connection has done as much as it may.</summary>
    public bool IsSpent => _ofConnection <= 0;

    /// <summary>Whether a connection waits to be read on.</summary>
    public bool IsWaitedFor => _waiting.Count > 0;

    /// <summary>Has a connection read on in a later turn, after those that have waited longer.</summary>
    public void ReadLater(Connection connection) => _waiting.Enqueue(connection);

    /// <summary>
    /// Begins a turn with those that have waited, before anything happens to others: nobody is overtaken.
    /// </summary>
    public void BeginTurn()
    {
        _ofTurn = PerTurn;
        for (var count = _waiting.Count; count > 0 && _ofTurn > 0; count--)
        {
            _waiting.Dequeue().ReadOn();
        }
    }

    /// <summary>Begins with a connection that reads.</summary>
    public void BeginConnection() => _ofConnection = Math.Min(_ofTurn, PerConnection);

    public void Spend(int work)
    {
        _ofTurn -= work;
        _ofConnection -= work;
    }

    /// <summary>The work of a message, as <see cref="MessageReader"/> counts it.</summary>
    // Publishing includes the delivery to the client itself.
    public static int Of(in Incoming incoming, WebSocketOptions options) => incoming.Kind switch
    {
        IncomingKind.Text or IncomingKind.Binary when options.Publishes =>
            4000 + (4 * Math.Min(incoming.Content.Length, PerTurn)),
        IncomingKind.Text or IncomingKind.Binary or IncomingKind.Ping => 200,
        _ => 0,
    };
}
