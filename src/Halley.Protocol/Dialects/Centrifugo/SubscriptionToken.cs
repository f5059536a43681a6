using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>Whether a token that was found to be right is for this subscription of this client.</summary>
internal static class SubscriptionToken
{
    public static bool IsFor(TokenClaims claims, byte[] channel, AdmittedClient client) =>
        claims.Grant is { } grant
        && grant.Channel.AsSpan().SequenceEqual(channel)
        && claims.User == client.User
        && (claims.Client is not { Length: > 0 } only || only == client.Id);
}
