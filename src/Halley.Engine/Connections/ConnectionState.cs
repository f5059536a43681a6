namespace Halley.Engine.Connections;

/// <summary>The state of a connection.</summary>
internal enum ConnectionState : byte
{
    /// <summary>Waiting for a request, or for the rest of one.</summary>
    Reading,

    /// <summary>A dialect has the request and has not answered yet.</summary>
    Answering,

    /// <summary>Another process is asked; the request is handled again when that has answered.</summary>
    Postponed,

    /// <summary>The head of an answer of unknown length is written.</summary>
    Started,

    /// <summary>Parked: a subscriber waits for messages. The head of the answer may still be owed.</summary>
    Held,

    /// <summary>The last answer is on its way; then it closes.</summary>
    Closing,

    /// <summary>We have ended our side, and read until the client ends its own.</summary>
    Lingering,

    Closed,
}
