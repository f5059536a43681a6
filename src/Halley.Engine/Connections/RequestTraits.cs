namespace Halley.Engine.Connections;

/// <summary>The traits of a request, for as long as its answer lasts.</summary>
[Flags]
internal enum RequestTraits : byte
{
    /// <summary>HTTP/1.1 rather than 1.0.</summary>
    Http11 = 1,

    /// <summary>HEAD: the answer has no body.</summary>
    Head = 2,

    /// <summary>The client said keep-alive itself.</summary>
    AsksKeepAlive = 4,

    /// <summary>It was the handshake of a WebSocket, and has been answered.</summary>
    WebSocket = 8,

    /// <summary>permessage-deflate was agreed on: the client of the WebSocket may compress.</summary>
    Deflate = 16,

    /// <summary>The answer has no chunks, whatever the version.</summary>
    Raw = 32,

    /// <summary>The connection stays open after the answer.</summary>
    KeepsAlive = 64,

    /// <summary>It is a WebSocket that has sent more than is read in a turn; see <see cref="MessageWork"/>.</summary>
    ReadsLater = 128,
}
