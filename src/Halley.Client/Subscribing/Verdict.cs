namespace Halley.Client.Subscribing;

/// <summary>The consequence for the connection of what the server said.</summary>
internal enum Verdict
{
    Continue,

    /// <summary>The server has said where the subscriber stands.</summary>
    Told,

    /// <summary>A heartbeat knows of messages that never came: something was lost on the way.</summary>
    Behind,

    /// <summary>The channel was closed.</summary>
    Closed,

    /// <summary>The token was refused.</summary>
    Unauthorized,

    /// <summary>There are as many subscribers, or channels, as there may be.</summary>
    Busy,
}
