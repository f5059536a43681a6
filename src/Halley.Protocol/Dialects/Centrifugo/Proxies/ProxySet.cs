using System.Text.Json;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Proxies;

/// <summary>
/// The questions to the operator's own servers at an endpoint; null for what none is asked. A namespace that names a
/// server has that one, in place of the endpoint's. Any thread.
/// </summary>
internal sealed class ProxySet
{
    private readonly IBackend? _backend;
    private readonly CentrifugoOptions _options;
    private readonly ChannelPatterns _subscribed;
    private readonly ChannelPatterns _published;
    private readonly Proxy? _subscribe;
    private readonly Proxy? _publish;
    private readonly Proxy? _subRefresh;
    private readonly Proxy? _rpc;
    private readonly Dictionary<string, Proxy> _named;
    private readonly (string Prefix, Proxy Proxy)[] _rpcLongestFirst;

    /// <exception cref="ArgumentException">A namespace names a proxy that there is not.</exception>
    public ProxySet(IBackend? backend, CentrifugoOptions options)
    {
        (_backend, _options) = (backend, options);
        _subscribed = AllOr(options.ProxySubscribeChannels);
        _published = AllOr(options.ProxyPublishChannels);
        Connect = Of(options.ProxyConnect);
        Refresh = Of(options.ProxyRefresh);
        (_subscribe, _publish) = (Of(options.ProxySubscribe), Of(options.ProxyPublish));
        (_subRefresh, _rpc) = (Of(options.ProxySubRefresh), Of(options.ProxyRpc));
        var named = backend is null ? [] : options.NamedProxies;
        _named = named.ToDictionary(one => one.Name, one => new Proxy(backend!, one), StringComparer.Ordinal);
        _rpcLongestFirst =
        [
            .. named.SelectMany(one => one.RpcPrefixes.Select(prefix => (prefix, _named[one.Name])))
                .OrderByDescending(pair => pair.prefix.Length),
        ];
        Headers =
        [
            .. options.ProxyHeaders.Concat(named.SelectMany(one => one.Headers))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        var missing = options.Admission.Namespaces.All
            .SelectMany(one => (string?[])[one.SubscribeProxy, one.PublishProxy, one.SubRefreshProxy])
            .FirstOrDefault(name => name is not null && !_named.ContainsKey(name));
        if (missing is not null)
        {
            throw new ArgumentException($"a namespace names the proxy \"{missing}\", which there is not");
        }
    }

    /// <summary>The header fields of a client's that any of them is shown.</summary>
    public IReadOnlyList<string> Headers { get; }

    public Proxy? Connect { get; }

    public Proxy? Refresh { get; }

    public Proxy? SubscribeTo(byte[] channel) =>
        Named(NamespaceOf(channel)?.SubscribeProxy) ?? (_subscribed.Include(channel) ? _subscribe : null);

    /// <summary>The one that is asked to keep a subscription that a server has allowed.</summary>
    public Proxy? SubRefreshOf(byte[] channel)
    {
        var one = NamespaceOf(channel);
        return one?.SubscribeProxy is null ? _subRefresh : Named(one.SubRefreshProxy);
    }

    /// <remarks>Comings and goings are nobody's to publish, whatever a server says.</remarks>
    public Proxy? PublishTo(byte[] channel) => _options.Admission.Namespaces.IsPresence(channel) ? null
        : Named(NamespaceOf(channel)?.PublishProxy) ?? (_published.Include(channel) ? _publish : null);

    public Proxy? RpcOf(string method)
    {
        foreach (var (prefix, proxy) in _rpcLongestFirst)
        {
            if (method.StartsWith(prefix, StringComparison.Ordinal))
            {
                return proxy;
            }
        }

        return _rpc;
    }

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

    private ChannelNamespace? NamespaceOf(byte[] channel) =>
        _named.Count == 0 || _options.Admission.Namespaces.IsPresence(channel)
            ? null
            : _options.Admission.Namespaces.Find(channel);

    private Proxy? Named(string? name) => name is null ? null : _named[name];

    private Proxy? Of(string url) => _backend is null || url.Length == 0 ? null : new Proxy(
        _backend,
        new NamedProxy("", url) { Timeout = _options.ProxyTimeout, Headers = _options.ProxyHeaders });
}
