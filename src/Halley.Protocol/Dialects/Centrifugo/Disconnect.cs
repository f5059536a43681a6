using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The end of a session, in the protocol's words. Clients come back but for codes from 3500 to 3999 and from 4500 on.
/// </summary>
/// <param name="Code">What the close frame of a WebSocket says, too.</param>
/// <param name="Reason">In ASCII.</param>
internal sealed record Disconnect(ushort Code, string Reason)
{
    public static readonly Disconnect ConnectionClosed = new(3000, "connection closed");
    public static readonly Disconnect Shutdown = new(3001, "shutdown");
    public static readonly Disconnect ServerError = new(3004, "internal server error");
    public static readonly Disconnect Expired = new(3005, "connection expired");
    public static readonly Disconnect SubscriptionExpired = new(3006, "subscription expired");
    public static readonly Disconnect Slow = new(3008, "slow");
    public static readonly Disconnect InsufficientState = new(3010, "insufficient state");
    public static readonly Disconnect NoPong = new(3012, "no pong");
    public static readonly Disconnect TooManyRequests = new(3013, "too many requests");
    public static readonly Disconnect InvalidToken = new(3500, "invalid token");
    public static readonly Disconnect BadRequest = new(3501, "bad request");
    public static readonly Disconnect Stale = new(3502, "stale");
    public static readonly Disconnect Forced = new(3503, "force disconnect");
    public static readonly Disconnect ConnectionLimit = new(3504, "connection limit");
    public static readonly Disconnect ChannelLimit = new(3505, "channel limit");
    public static readonly Disconnect PermissionDenied = new(3507, "permission denied");
    public static readonly Disconnect NotAvailable = new(3508, "not available");

    public CloseCode CloseCode => (CloseCode)Code;

    /// <summary>Whether the client comes back by itself.</summary>
    public bool Reconnects => Code is < 3500 or (>= 4000 and < 4500);

    /// <summary>Finds the words for an end that the session did not choose.</summary>
    public static Disconnect For(CloseReason reason) => reason switch
    {
        CloseReason.Shutdown or CloseReason.Draining or CloseReason.Interrupted => Shutdown,
        CloseReason.TooSlow => Slow,
        CloseReason.PermissionEnded => Forced,
        CloseReason.Expired => Expired,
        CloseReason.BadRequest => BadRequest,
        CloseReason.InternalError => ServerError,
        _ => ConnectionClosed,
    };
}
