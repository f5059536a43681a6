namespace Halley.Engine.Connections;

/// <summary>What is so or not with a connection, in one byte: there are a million of them.</summary>
[Flags]
internal enum ConnectionTraits : byte
{
    None = 0,

    /// <summary>The kernel was asked to tell when there is room to send.</summary>
    WatchesOut = 1,

    HasLargeBuffer = 2,

    /// <summary>The client will send nothing more.</summary>
    PeerEnded = 4,

    /// <summary>A handler's note that this client's address may come.</summary>
    IsAdmitted = 8,

    /// <summary>It subscribes to more than one channel.</summary>
    HasFurther = 16,

    /// <summary>Its requests are being handled, one after another.</summary>
    IsProcessing = 32,

    /// <summary>Its request waits for what another process knows.</summary>
    IsPostponed = 64,

    /// <summary>Its answer waits for something that can be given up.</summary>
    Awaits = 128,
}
