namespace Halley;

/// <summary>Why a subscription or a connection ended: one of these for each, in the log and on the wire.</summary>
public enum CloseReason
{
    /// <summary>The answer is complete and the client wanted no other.</summary>
    Done,

    /// <summary>The client closed, reset or half-closed its side.</summary>
    ClientGone,

    /// <summary>The channel was closed by a publisher.</summary>
    ChannelClosed,

    /// <summary>The stream that the channel follows cannot be followed without a hole: its subscribers come back, and are told where they stand.</summary>
    Interrupted,

    /// <summary>More waits for the client than it may let wait, or it takes what waits at less than the least rate.</summary>
    TooSlow,

    /// <summary>A request took too long, or no further request came.</summary>
    TimedOut,

    /// <summary>An answer was held for as long as its endpoint lets it be.</summary>
    Expired,

    /// <summary>The client sent what is not HTTP, or more of it than is allowed.</summary>
    BadRequest,

    /// <summary>The node is stopping.</summary>
    Shutdown,

    /// <summary>We are wrong: the one reason that is a bug of ours.</summary>
    InternalError,
}
