using System.Text.Json.Nodes;

namespace Halley.Server.Import.Centrifugo;

/// <summary>The proxies that ask the operator's own server, as options of an endpoint.</summary>
internal sealed class ImportedProxies(ImportReport report)
{
    private readonly JsonObject _written = [];
    private readonly List<string> _headers = [];
    private TimeSpan? _timeout;

    /// <summary>Whether it is asked who a client is that shows no token.</summary>
    public bool AsksWhoConnects => _written.ContainsKey("proxy_connect");

    public void Take(ConfigSection root, ConfigSection client, ImportedNamespaces namespaces)
    {
        var proxy = client.Section("proxy");
        Take(proxy.Section("connect"), "proxy_connect");
        if (AsksWhoConnects)
        {
            Take(proxy.Section("refresh"), "proxy_refresh");
        }

        var channel = root.Section("channel").Section("proxy");
        TakeForChannels(channel, "subscribe", namespaces.ProxiedSubscribes);
        TakeForChannels(channel, "publish", namespaces.ProxiedPublishes);
        if (_written.ContainsKey("proxy_subscribe"))
        {
            Take(channel.Section("sub_refresh"), "proxy_sub_refresh", isEnabledElsewhere: true);
        }

        var rpc = root.Section("rpc");
        if (rpc.Section("without_namespace").Flag("proxy_enabled"))
        {
            Take(rpc.Section("proxy"), "proxy_rpc", isEnabledElsewhere: true);
        }

        foreach (var named in root.Sections("proxies"))
        {
            report.Leave($"{named.Path}name", "one server is asked at an endpoint, by no name");
            named.IgnoreAll();
        }
    }

    public void Write(JsonObject endpoint)
    {
        foreach (var (key, value) in _written)
        {
            endpoint[key] = value?.DeepClone();
        }

        if (_written.Count > 0 && _timeout is { } timeout)
        {
            endpoint["proxy_timeout"] = GoDuration.Written(timeout);
        }

        if (_headers.Count > 0)
        {
            endpoint["proxy_http_headers"] = ListOf(_headers);
        }
    }

    private void TakeForChannels(ConfigSection section, string kind, List<string> channels)
    {
        if (channels.Count > 0)
        {
            Take(section.Section(kind), "proxy_" + kind, isEnabledElsewhere: true);
            if (_written.ContainsKey("proxy_" + kind))
            {
                _written[$"proxy_{kind}_channels"] = ListOf(channels);
            }
        }
    }

    private void Take(ConfigSection proxy, string key, bool isEnabledElsewhere = false)
    {
        var (endpoint, timeout, headers) = (proxy.Text("endpoint"), proxy.Time("timeout"), proxy.Texts("http_headers"));
        if (!proxy.Flag("enabled") && !isEnabledElsewhere)
        {
            return;
        }

        if (!endpoint.StartsWith("http://", StringComparison.Ordinal)
            && !endpoint.StartsWith("https://", StringComparison.Ordinal))
        {
            report.Leave($"{proxy.Path}endpoint", "only a server that speaks HTTP is asked, so nobody may");
            return;
        }

        _written[key] = endpoint;
        _timeout = timeout > (_timeout ?? TimeSpan.Zero) ? timeout : _timeout;
        _headers.AddRange(headers.Except(_headers, StringComparer.OrdinalIgnoreCase));
    }

    private static JsonArray ListOf(List<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
