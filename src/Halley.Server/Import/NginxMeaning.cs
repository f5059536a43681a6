namespace Halley.Server.Import;

/// <summary>
/// The meaning, for a location, of a directive of nginx that holds there and that Halley has nothing like.
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
