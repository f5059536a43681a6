namespace Halley.Engine.Connections;

/// <summary>The traits of a connection, in one byte: there are a million of them.</summary>
[Flags]
internal enum ConnectionTraits : byte
{
    None = 0,

    /// <summary>The client will send nothing more.</summary>
    PeerEnded = 1,

    /// <summary>A handler's note that this client's address may come.</summary>
    IsAdmitted = 2,

    /// <summary>Its requests are being handled, one after another.</summary>
    IsProcessing = 4,

    /// <summary>Its request waits for what another process knows.</summary>
    IsPostponed = 8,

    /// <summary>Its answer waits for something that can be given up.</summary>
    Awaits = 16,

    /// <summary>A request has begun to arrive.</summary>
    AwaitsRest = 32,

    /// <summary>Nothing is received for now: what the client sends waits with the kernel.</summary>
    IsPaused = 64,

    /// <summary>
    /// The client's bytes lie unread: a close would reset the connection, and the answer might be lost.
    /// </summary>
    MustLinger = 128,
}
