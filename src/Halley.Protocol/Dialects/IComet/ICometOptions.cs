using Halley.Protocol.Access;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// What an operator can choose about the iComet dialect, beyond the limits in <see cref="HubOptions"/>.
/// <see cref="ICometTable"/> says what each option means.
/// </summary>
public sealed class ICometOptions
{
    public bool RequireToken { get; set; }

    public TimeSpan PollingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public List<string> WebSocketSubprotocols { get; } = [];

    public int MaxChannelNameBytes { get; set; } = 255;

    /// <summary>Who may use the front. Default: everybody who can reach it.</summary>
    public AddressRules FrontRules { get; set; } = AddressRules.Everybody;

    /// <summary>Who may use the admin port. Default: everybody who can reach it.</summary>
    public AddressRules AdminRules { get; set; } = AddressRules.Everybody;
}
