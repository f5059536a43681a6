namespace Halley.Sqlite;

/// <summary>The state of a message when its publisher is told that it was published.</summary>
public enum Durability
{
    /// <summary>It is on the disk, and nobody has heard it before it was.</summary>
    Disk,

    /// <summary>It is in this process's memory; it is written within <see cref="SqliteOptions.WriteDelay"/>.</summary>
    Memory,
}
