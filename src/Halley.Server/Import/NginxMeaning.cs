namespace Halley.Server.Import;

/// <summary>
/// What it means for a location that a directive of nginx holds there and Halley has nothing like it.
/// </summary>
internal enum NginxMeaning
{
    /// <summary>Nothing: nginx does its own work by it.</summary>
    Nothing,

    /// <summary>Answers look otherwise; nobody comes who could not.</summary>
    Look,

    /// <summary>Perhaps who may come, or which channel is meant. So it is with all that is not known.</summary>
    Access,
}
