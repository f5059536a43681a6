using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.WebSockets;

/// <summary>
/// The answers to a request that a WebSocket endpoint cannot take: a status and a sentence that says what would be
/// right.
/// </summary>
public static class HandshakeRefusals
{
    private const string Text = "Content-Type: text/plain; charset=utf-8";

    private static readonly ResponseHead UpgradeRequired = new(
        "426 Upgrade Required", ["Upgrade: websocket", "Connection: Upgrade", Text]);
    private static readonly ResponseHead OtherVersion = new(
        "426 Upgrade Required", ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", Text]);
    private static readonly ResponseHead BadRequest = new("400 Bad Request", [Text]);

    public static void Reply(HandshakeFault fault, IExchange exchange)
    {
        var (head, sentence) = fault switch
        {
            HandshakeFault.Upgrade => (
                UpgradeRequired,
                "Only WebSockets are served here: the request must have \"Upgrade: websocket\" and \"Connection: "
                    + "Upgrade\". A proxy between must pass both on."),
            HandshakeFault.Connection => (
                BadRequest,
                "A WebSocket's handshake must have \"Connection: Upgrade\". A proxy between must pass it on."),
            HandshakeFault.HttpVersion =>
                (BadRequest, "A WebSocket's handshake must be HTTP/1.1. Behind nginx: proxy_http_version 1.1."),
            HandshakeFault.Version => (OtherVersion, "Sec-WebSocket-Version must be 13, once."),
            _ => (BadRequest, "Sec-WebSocket-Key must be 16 bytes in base64, once."),
        };
        exchange.Reply(head, Encoding.UTF8.GetBytes(sentence + "\n"));
    }
}
