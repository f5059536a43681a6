namespace Halley.Router;

/// <summary>The state of a server behind a router.</summary>
public enum ServerState
{
    /// <summary>Nothing is known yet.</summary>
    Unknown,

    /// <summary>It answers, and its presence feed is followed.</summary>
    Up,

    /// <summary>It does not answer: it may be alive, with subscribers that nobody else can reach.</summary>
    Silent,

    /// <summary>It refuses connections: its process is not there, and with it no channel.</summary>
    Gone,
}
