namespace Halley.Engine;

/// <summary>Whether many connections send with one system call.</summary>
public enum IoUringUse
{
    /// <summary>
    /// As far as the kernel allows it; elsewhere each sends with a call of its own, and a line in the log says so.
    /// </summary>
    Auto,

    /// <summary>Always: where the kernel does not allow it, the engine does not start.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
