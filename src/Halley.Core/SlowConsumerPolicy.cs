namespace Halley;

/// <summary>
/// The treatment of a channel's subscriber that lets too much of what it is sent wait. Those who cannot be told what
/// they miss are ended, whatever the choice.
/// </summary>
public enum SlowConsumerPolicy : byte
{
    /// <summary>Its connection ends; it comes back with its place.</summary>
    End,

    /// <summary>
    /// It is sent nothing until it has taken what waits; then what the channel keeps still, and word of what it keeps
    /// no more.
    /// </summary>
    DropOldest,

    /// <summary>
    /// It is sent nothing until it has taken what waits; then the newest message alone, and word of those before it.
    /// </summary>
    Latest,
}
