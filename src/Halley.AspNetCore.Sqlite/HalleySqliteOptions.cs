using Halley.Sqlite;

namespace Halley.AspNetCore.Sqlite;

/// <summary>The file that keeps an application's channels. Checked when the application starts.</summary>
public sealed class HalleySqliteOptions
{
    /// <summary>
    /// The directory of the file, absolute or below the directory that the process runs in; created where there is
    /// none. One process has it at a time.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>The state of a message when its publisher is told that it was published. Default on the disk.</summary>
    public Durability Durability { get; set; } = Durability.Disk;

    /// <summary>
    /// The bytes of publications that may wait for the disk; a further one is refused. Default 256 MiB.
    /// </summary>
    public long MaxWaitingBytes { get; set; } = 256L << 20;
}
