namespace Halley.Load.Wire;

/// <summary>The transport of a subscriber, as far as its client must know to read it.</summary>
internal enum Transport
{
    /// <summary>One HTTP answer that does not end.</summary>
    Stream,

    /// <summary>The same, whose lines "id:" say where to resume.</summary>
    Sse,

    /// <summary>An answer for each message, asked for again.</summary>
    Poll,

    /// <summary>RFC 6455.</summary>
    WebSocket,

    /// <summary>ASP.NET Core SignalR: JSON hub protocol, version 1, over its WebSocket.</summary>
    SignalR,

    /// <summary>Socket.IO 4 (Engine.IO 4), over its WebSocket.</summary>
    SocketIo,
}
