namespace Halley.Protocol.WebSockets;

/// <summary>The fault of a request as the opening handshake of a WebSocket (RFC 6455, 4.2.1).</summary>
public enum HandshakeFault
{
    None,

    /// <summary>There is no Upgrade field with websocket in it.</summary>
    Upgrade,

    /// <summary>There is no Connection field with upgrade in it.</summary>
    Connection,

    /// <summary>HTTP/1.0.</summary>
    HttpVersion,

    /// <summary>Sec-WebSocket-Version is not 13, or stands there twice.</summary>
    Version,

    /// <summary>Sec-WebSocket-Key is not 16 bytes in base64, or stands there twice.</summary>
    Key,
}
