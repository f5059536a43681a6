using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The ends of a subscription. From code 2500 on, clients subscribe again.</summary>
internal static class Unsubscribed
{
    public static readonly UnsubscribePush ByServer = new() { Code = 2000, Reason = "server unsubscribe" };

    public static readonly UnsubscribePush InsufficientState = new() { Code = 2500, Reason = "insufficient state" };

    public static readonly UnsubscribePush Expired = new() { Code = 2501, Reason = "subscription expired" };
}
