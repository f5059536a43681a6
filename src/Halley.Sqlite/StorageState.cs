namespace Halley.Sqlite;

/// <summary>The sums over the whole file.</summary>
/// <param name="Bytes">Of payload.</param>
/// <param name="Keys">Idempotency keys.</param>
internal readonly record struct Totals(long Channels, long Messages, long Bytes, long Keys);

/// <summary>The state of the whole file. On the writer's thread.</summary>
internal sealed class StorageState
{
    public Totals Totals { get; set; }

    /// <summary>The last epoch given. Numbers that were given to what failed are not given again.</summary>
    public long LastEpoch { get; set; }

    /// <summary>The last stamp, packed; see <see cref="Stamps"/>.</summary>
    public long LastStamp { get; set; }

    public long LastChannel { get; set; }

    /// <summary>
    /// Raised when messages may be missing that were told: a stream of an earlier generation begins a new epoch.
    /// </summary>
    public long Generation { get; set; }

    /// <summary>Whether messages are told before they are written; taken back when all are.</summary>
    public bool IsCut { get; set; }

    /// <summary>A secret of this file, for tokens that outlive the process.</summary>
    public byte[] Secret { get; init; } = [];
}
