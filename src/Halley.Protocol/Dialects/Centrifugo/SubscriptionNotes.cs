namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The bits that a session notes of a place.</summary>
internal static class SubscriptionNotes
{
    /// <summary>The server has subscribed it, rather than the client.</summary>
    public const ushort IsServerSide = 1;

    /// <summary>The operator's server has allowed it, and is asked when that ends.</summary>
    public const ushort IsAllowedByServer = 2;

    /// <summary>The operator's server is being asked whether it may stay.</summary>
    public const ushort IsAskedFor = 4;
}
