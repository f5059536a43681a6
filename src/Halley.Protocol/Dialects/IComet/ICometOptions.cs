using Halley.Protocol.Access;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>What an operator can choose about the iComet dialect, beyond the limits in <see cref="HubOptions"/>.</summary>
public sealed class ICometOptions
{
    /// <summary>Whether subscribers need the token that /sign hands out. Default: they do not.</summary>
    public bool RequireToken { get; set; }

    /// <summary>How long a subscriber hears nothing before it is sent a noop, in whole seconds. Default 30 seconds.</summary>
    public TimeSpan PollingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The sub-protocols that /ws agrees to where a client offers them. Default none.</summary>
    public IReadOnlyList<string> WebSocketSubprotocols { get; set; } = [];

    /// <summary>How long the name of a channel may be, in bytes. Default 255.</summary>
    public int MaxChannelNameBytes { get; set; } = 255;

    /// <summary>Who may use the front. Default: everybody who can reach it.</summary>
    public AddressRules FrontRules { get; set; } = AddressRules.Everybody;

    /// <summary>Who may use the admin port. Default: everybody who can reach it.</summary>
    public AddressRules AdminRules { get; set; } = AddressRules.Everybody;
}
