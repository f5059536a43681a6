using Halley.Protocol.Access;

namespace Halley.Router;

/// <summary>The options of a router.</summary>
public sealed class RouterOptions
{
    /// <summary>The time that a server may take to answer. Default 2 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The time in which a server's feed names each channel again: its channel_timeout, the longest of all. Default 30
    /// seconds.
    /// </summary>
    public TimeSpan PresenceInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The checks in a row that a server may leave unanswered before it counts as silent. Default 3.</summary>
    public int DownAfter { get; set; } = 3;

    /// <summary>The addresses that may use it. Default: all that can reach it.</summary>
    public AddressRules Rules { get; set; } = AddressRules.Everybody;

    /// <summary>The time after which a feed has named every channel of its server.</summary>
    internal TimeSpan TimeToKnow => PresenceInterval + TimeSpan.FromSeconds(1);

    /// <summary>
    /// The time after which a channel that no feed names any more is forgotten, and a silent server's channels are
    /// given to others.
    /// </summary>
    internal TimeSpan ForgetAfter => 2 * PresenceInterval;
}
