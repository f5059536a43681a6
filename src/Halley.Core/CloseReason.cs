namespace Halley;

/// <summary>The reason why a subscription or a connection ended, in the log and on the wire.</summary>
public enum CloseReason
{
    /// <summary>The answer is complete and the client wanted no other.</summary>
    Done,

    /// <summary>The client closed, reset or half-closed its side.</summary>
    ClientGone,

    /// <summary>The channel was closed by a publisher.</summary>
    ChannelClosed,

    /// <summary>
    /// The stream that the channel follows cannot be followed without a hole: its subscribers come back, and are told
    /// where they stand.
    /// </summary>
    Interrupted,

    /// <summary>The client lets too much wait, or takes it at less than the lowest rate.</summary>
    TooSlow,

    /// <summary>A request took too long, or no further request came.</summary>
    TimedOut,

    /// <summary>An answer was held for as long as its endpoint allows.</summary>
    Expired,

    /// <summary>
    /// The client may not listen any more: its token has expired or was revoked, or an operator ended it.
    /// </summary>
    PermissionEnded,

    /// <summary>The client sent something that is not HTTP, or more of it than is allowed.</summary>
    BadRequest,

    /// <summary>The node is stopping.</summary>
    Shutdown,

    /// <summary>A bug of ours.</summary>
    InternalError,

    /// <summary>The node will stop soon: its subscribers come back, elsewhere or to its successor.</summary>
    Draining,
}
