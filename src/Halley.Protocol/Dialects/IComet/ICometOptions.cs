using Halley.Protocol.Access;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// The operator's choices for the iComet dialect, beyond the limits in <see cref="HubOptions"/>. <see
/// cref="ICometTable"/> says what each option means.
/// </summary>
public sealed class ICometOptions : IGuarded
{
    /// <summary>The ways in which subscribers prove who they are.</summary>
    public AuthModes Auth { get; set; }

    /// <summary>Whether a subscriber needs a channel's own token.</summary>
    public bool RequireToken => Auth.HasFlag(AuthModes.Token);

    /// <summary>The address of the hook, where one is asked; see <see cref="AdmissionHook"/>.</summary>
    public string AuthHook { get; set; } = "";

    /// <summary>The address where it is asked whether a client may come at all.</summary>
    public string AuthConnectHook { get; set; } = "";

    /// <summary>The decision on who may subscribe, beside what tokens of channels say. Default: everybody.</summary>
    public Admission Admission { get; set; } = Admission.Open;

    public TimeSpan PollingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public List<string> WebSocketSubprotocols { get; } = [];

    public int MaxChannelNameBytes { get; set; } = 255;

    /// <summary>The clients that may use the front. Default: everybody who can reach it.</summary>
    public AddressRules FrontRules { get; set; } = AddressRules.Everybody;

    /// <summary>The clients that may use the admin port. Default: everybody who can reach it.</summary>
    public AddressRules AdminRules { get; set; } = AddressRules.Everybody;

    /// <summary>The same options where subscribers prove otherwise who they are.</summary>
    internal ICometOptions With(AuthModes auth, Admission admission)
    {
        var copy = (ICometOptions)MemberwiseClone();
        (copy.Auth, copy.Admission) = (auth, admission);
        return copy;
    }
}
