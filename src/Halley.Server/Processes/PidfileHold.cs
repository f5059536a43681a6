namespace Halley.Server.Processes;

/// <summary>
/// Whether a server of ours lives that wrote a pidfile: each keeps its own locked, and the kernel lets go of that
/// however it ends.
/// </summary>
internal enum PidfileHold
{
    Free,
    Held,

    /// <summary>A file system without locks, as some network ones are: the pid alone can tell.</summary>
    Unknown,
}
