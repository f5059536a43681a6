using System.Text;
using System.Text.Json;
using Halley.Protocol.Clients;

namespace Halley.Jwt;

/// <summary>
/// Reads a token's subscriptions, in Centrifugo's words: <c>channels</c> and <c>subs</c> of a connection's token,
/// <c>channel</c>, <c>info</c>, <c>data</c>, <c>override</c> and <c>expire_at</c> of a subscription's. Errors are
/// exceptions of the JSON reader, and FormatException.
/// </summary>
internal static class SubscriptionClaims
{
    /// <summary>As many as a session may have, by far.</summary>
    private const int MostGrants = 1000;

    /// <summary>The raw JSON of a claim; null where there is none.</summary>
    public static byte[]? JsonOf(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? Encoding.UTF8.GetBytes(value.GetRawText())
            : null;

    /// <summary>The channels that a session listens to from its beginning.</summary>
    public static IReadOnlyList<GrantedSubscription> GrantsOf(JsonElement claims)
    {
        var grants = new List<GrantedSubscription>();
        if (claims.TryGetProperty("channels", out var channels) && channels.ValueKind == JsonValueKind.Array)
        {
            grants.AddRange(channels.EnumerateArray().Select(name => new GrantedSubscription(
                NameOf(name.GetString()), null, null)));
        }

        if (claims.TryGetProperty("subs", out var subs) && subs.ValueKind == JsonValueKind.Object)
        {
            grants.AddRange(subs.EnumerateObject().Select(sub => Read(NameOf(sub.Name), sub.Value, null)));
        }

        return grants.Count <= MostGrants
            ? grants
            : throw new FormatException($"A token may subscribe to at most {MostGrants} channels.");
    }

    /// <summary>Reads the subscription that a subscription token grants; null where it is none.</summary>
    /// <param name="expires">When the token expires: so does the subscription, if nothing else is said.</param>
    public static GrantedSubscription? GrantOf(JsonElement claims, DateTimeOffset? expires)
    {
        if (!claims.TryGetProperty("channel", out var channel) || channel.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        if (claims.TryGetProperty("expire_at", out var at) && at.ValueKind == JsonValueKind.Number)
        {
            expires = at.GetInt64() > 0 ? DateTimeOffset.FromUnixTimeSeconds(at.GetInt64()) : null;
        }

        return Read(NameOf(channel.GetString()), claims, expires);
    }

    private static GrantedSubscription Read(byte[] channel, JsonElement said, DateTimeOffset? expires)
    {
        if (said.ValueKind != JsonValueKind.Object)
        {
            return new GrantedSubscription(channel, null, null) { Expires = expires };
        }

        var rules = said.TryGetProperty("override", out var other) && other.ValueKind == JsonValueKind.Object
            ? other
            : default;
        return new GrantedSubscription(channel, DataOf(said, "info"), DataOf(said, "data"))
        {
            Recovers = RuleOf(rules, "force_recovery"),
            TellsPlaces = RuleOf(rules, "force_positioning"),
            TellsPresence = RuleOf(rules, "force_push_join_leave"),
            Expires = expires,
        };
    }

    // Also as b64info and b64data, in base64.
    private static byte[]? DataOf(JsonElement said, string name) =>
        said.TryGetProperty("b64" + name, out var base64)
            && base64.ValueKind == JsonValueKind.String
            && base64.GetString() is { Length: > 0 } text
            ? Convert.FromBase64String(text)
            : JsonOf(said, name);

    private static bool? RuleOf(JsonElement rules, string name) =>
        rules.ValueKind == JsonValueKind.Object
            && rules.TryGetProperty(name, out var rule)
            && rule.ValueKind == JsonValueKind.Object
            && rule.TryGetProperty("value", out var value)
            ? value.GetBoolean()
            : null;

    private static byte[] NameOf(string? name) => name is { Length: > 0 }
        ? Encoding.UTF8.GetBytes(name)
        : throw new FormatException("A token's channels must be names.");
}
