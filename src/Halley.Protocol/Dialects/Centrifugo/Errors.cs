using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The errors that a command is answered with. One that is temporary is worth another attempt.</summary>
internal static class Errors
{
    public static readonly WireError Internal = Of(100, "internal server error", isTemporary: true);
    public static readonly WireError Unauthorized = Of(101, "unauthorized");
    public static readonly WireError UnknownChannel = Of(102, "unknown channel");
    public static readonly WireError PermissionDenied = Of(103, "permission denied");
    public static readonly WireError AlreadySubscribed = Of(105, "already subscribed");
    public static readonly WireError LimitExceeded = Of(106, "limit exceeded");
    public static readonly WireError BadRequest = Of(107, "bad request");
    public static readonly WireError NotAvailable = Of(108, "not available");
    public static readonly WireError TokenExpired = Of(109, "token expired");
    public static readonly WireError Expired = Of(110, "expired");
    public static readonly WireError TooManyRequests = Of(111, "too many requests", isTemporary: true);
    public static readonly WireError UnrecoverablePosition = Of(112, "unrecoverable position");

    private static WireError Of(uint code, string message, bool isTemporary = false) =>
        new() { Code = code, Message = message, Temporary = isTemporary };
}
