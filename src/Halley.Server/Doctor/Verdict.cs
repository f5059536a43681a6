namespace Halley.Server.Doctor;

/// <summary>
/// The meaning of a limit for the connections asked about, or of a setting of Redis for channels in it.
/// </summary>
internal enum Verdict
{
    Ok,

    /// <summary>It stops no connection and no message, but something would go better.</summary>
    Better,

    /// <summary>It stops some of the connections, or makes Redis unfit.</summary>
    Stops,

    /// <summary>It cannot be read: neither good nor bad.</summary>
    Unknown,

    /// <summary>It cannot be read, and nobody can say how many connections fit without it.</summary>
    MustBeKnown,
}
