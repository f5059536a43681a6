using Halley.Protocol.Access;

namespace Halley.Router;

/// <summary>How a router behaves.</summary>
public sealed class RouterOptions
{
    /// <summary>How long a server may take to answer what was passed on to it. Default 2 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a server says again that a channel is there: its channel_timeout, the longest of all. Default 30 seconds.</summary>
    public TimeSpan PresenceInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many checks a server may leave without an answer before it counts as silent. Default 3.</summary>
    public int DownAfter { get; set; } = 3;

    /// <summary>Who may use it. Default: everybody who can reach it.</summary>
    public AddressRules Rules { get; set; } = AddressRules.Everybody;

    /// <summary>After what time a channel that is not said to be there any more is not there; and after which a silent server's channels are others'.</summary>
    internal TimeSpan ForgetAfter => 2 * PresenceInterval;
}
