using System.Text.Json;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Proxies;

/// <summary>
/// The questions to the operator's own server at an endpoint; null for what it is not asked. Any thread.
/// </summary>
internal sealed class ProxySet(IBackend? backend, CentrifugoOptions options)
{
    private readonly ChannelPatterns _subscribed = AllOr(options.ProxySubscribeChannels);
    private readonly ChannelPatterns _published = AllOr(options.ProxyPublishChannels);
    private readonly Proxy? _subscribe = Of(backend, options.ProxySubscribe, options);
    private readonly Proxy? _publish = Of(backend, options.ProxyPublish, options);

    public Proxy? Connect { get; } = Of(backend, options.ProxyConnect, options);

    public Proxy? Refresh { get; } = Of(backend, options.ProxyRefresh, options);

    public Proxy? SubRefresh { get; } = Of(backend, options.ProxySubRefresh, options);

    public Proxy? Rpc { get; } = Of(backend, options.ProxyRpc, options);

    public Proxy? SubscribeTo(byte[] channel) => _subscribed.Include(channel) ? _subscribe : null;

    public Proxy? PublishTo(byte[] channel) => _published.Include(channel) ? _publish : null;

    /// <summary>Writes data of a client's: JSON as it is, other bytes in base64.</summary>
    public static void WriteData(Payload data, Utf8JsonWriter writer)
    {
        if (data.Bytes is not { } bytes)
        {
            return;
        }

        if (JsonCheck.IsValue(bytes))
        {
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(bytes, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String("b64data"u8, bytes);
        }
    }

    /// <summary>Reads who a client is, and what it is subscribed to, from the server's answer.</summary>
    public static TokenClaims ClaimsOf(ProxyFields result, DateTimeOffset now) => new(
        result.Text("user"u8),
        JsonOrNone(result.Data("info"u8, "b64info"u8)),
        TokenId: null,
        IssuedAt: now,
        result.Time("expire_at"u8),
        Subscribe: null,
        Publish: null)
    {
        Grants =
        [
            .. result.Objects("subs").Select(sub => GrantOf(sub.Fields, NameOf(sub.Name))),
            .. result.Texts("channels").Select(name => new GrantedSubscription(NameOf(name), null, null)),
        ],
    };

    public static GrantedSubscription GrantOf(ProxyFields result, byte[] channel)
    {
        var chosen = result.Inner("override"u8);
        return new GrantedSubscription(
            channel, JsonOrNone(result.Data("info"u8, "b64info"u8)), result.Data("data"u8, "b64data"u8))
        {
            Recovers = chosen.Choice("force_recovery"u8),
            TellsPlaces = chosen.Choice("force_positioning"u8),
            TellsPresence = chosen.Choice("force_push_join_leave"u8),
            Expires = result.Time("expire_at"u8),
        };
    }

    // What others may see of a user is JSON everywhere.
    private static byte[]? JsonOrNone(byte[]? info) => info is not null && JsonCheck.IsValue(info) ? info : null;

    private static byte[] NameOf(string name) => System.Text.Encoding.UTF8.GetBytes(name);

    private static ChannelPatterns AllOr(List<string> patterns) => new(patterns.Count == 0 ? ["*"] : patterns);

    private static Proxy? Of(IBackend? backend, string url, CentrifugoOptions options) =>
        backend is not null && url.Length > 0 ? new Proxy(backend, url, options.ProxyTimeout) : null;
}
