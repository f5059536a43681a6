using System.Text.Json.Nodes;

namespace Halley.Server.Import.Centrifugo;

/// <summary>
/// The proxies that ask the operator's own servers: who connects and stays is an option of endpoints, and all else a
/// list, whose items namespaces name. One over gRPC is named, and lets in nobody.
/// </summary>
internal sealed class ImportedProxies
{
    private const string OnlyHttp = "only a server that speaks HTTP is asked, so nobody may";

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    private readonly ImportReport _report;
    private readonly ConfigSection _root;
    private readonly IReadOnlyList<ConfigSection> _named;
    private readonly Dictionary<string, JsonObject> _written = new(StringComparer.Ordinal);
    private readonly JsonObject _ofEndpoints = [];
    private readonly List<string> _headers = [];
    private TimeSpan? _timeout;

    public ImportedProxies(ImportReport report, ConfigSection root)
    {
        (_report, _root, _named) = (report, root, root.Sections("proxies"));
    }

    /// <summary>Those that are asked by name; none that nobody names.</summary>
    public JsonArray Written => new([.. _written.Values.Select(proxy => (JsonNode)proxy.DeepClone())]);

    /// <summary>Whether it is asked who a client is that shows no token.</summary>
    public bool AsksWhoConnects => _ofEndpoints.ContainsKey("proxy_connect");

    /// <summary>Takes over what is asked about connections and methods.</summary>
    public void Take(ConfigSection client)
    {
        var proxy = client.Section("proxy");
        TakeForEndpoints(proxy.Section("connect"), "proxy_connect");
        if (AsksWhoConnects)
        {
            TakeForEndpoints(proxy.Section("refresh"), "proxy_refresh");
        }

        TakeMethods(_root.Section("rpc"));
    }

    /// <summary>Takes over one that a namespace names.</summary>
    /// <param name="kind">What it is asked: subscribe, publish or sub_refresh.</param>
    /// <param name="section">The namespace.</param>
    /// <returns>Its name here; null where there is none that can be asked, which is then named.</returns>
    public string? Take(string kind, ConfigSection section)
    {
        var key = $"{kind}_proxy_name";
        return Take(
            section.Text(key, "default"),
            "default." + kind,
            _root.Section("channel").Section("proxy").Section(kind),
            section.Path + key);
    }

    /// <summary>Names those that nobody has named.</summary>
    public void Close()
    {
        foreach (var section in _named.Where(section => !_written.ContainsKey(section.Text("name"))))
        {
            _report.Note($"{section.Path}name: nothing names this proxy, and it is left out");
            section.IgnoreAll();
        }
    }

    public void Write(JsonObject endpoint)
    {
        foreach (var (key, value) in _ofEndpoints)
        {
            endpoint[key] = value?.DeepClone();
        }

        if (_ofEndpoints.Count > 0 && _timeout is { } timeout)
        {
            endpoint["proxy_timeout"] = GoDuration.Written(timeout);
        }

        if (_headers.Count > 0)
        {
            endpoint["proxy_http_headers"] = ListOf(_headers);
        }
    }

    private void TakeForEndpoints(ConfigSection proxy, string key)
    {
        var (endpoint, timeout, headers) = (proxy.Text("endpoint"), proxy.Time("timeout"), proxy.Texts("http_headers"));
        if (proxy.Flag("enabled") && IsHttp(proxy, endpoint))
        {
            _ofEndpoints[key] = endpoint;
            _timeout = timeout > (_timeout ?? TimeSpan.Zero) ? timeout : _timeout;
            _headers.AddRange(headers.Except(_headers, StringComparer.OrdinalIgnoreCase));
        }
    }

    private void TakeMethods(ConfigSection rpc)
    {
        var boundary = rpc.Text("namespace_boundary", ":");
        var others = rpc.Section("without_namespace");
        var asksForOthers = TakeMethods(others, rpc, "");
        foreach (var section in rpc.Sections("namespaces"))
        {
            var prefix = section.Text("name") + boundary;
            if (!TakeMethods(section, rpc, prefix) && asksForOthers)
            {
                _report.Leave(
                    $"{section.Path}proxy_enabled",
                    $"methods that begin with {prefix} are asked where those without a namespace are");
            }
        }
    }

    // False where nobody is asked.
    private bool TakeMethods(ConfigSection section, ConfigSection rpc, string prefix)
    {
        var name = section.Text("proxy_name", "default");
        if (!section.Flag("proxy_enabled")
            || Take(name, "default.rpc", rpc.Section("proxy"), section.Path + "proxy_name") is not { } ours)
        {
            return false;
        }

        if (_written[ours]["rpc_prefixes"] is not JsonArray prefixes)
        {
            _written[ours]["rpc_prefixes"] = prefixes = [];
        }

        prefixes.Add((JsonNode)prefix);
        return true;
    }

    private string? Take(string name, string ours, ConfigSection usual, string at)
    {
        var isUsual = name is "" or "default";
        var section = isUsual ? usual : _named.FirstOrDefault(one => one.Text("name") == name);
        ours = isUsual ? ours : name;
        if (section is null)
        {
            _report.Leave(at, $"there is no proxy of the name {name}, so nobody may");
            return null;
        }

        if (!_written.ContainsKey(ours))
        {
            var endpoint = section.Text("endpoint");
            if (!IsHttp(section, endpoint))
            {
                section.IgnoreAll();
                return null;
            }

            _written[ours] = ProxyOf(section, ours, endpoint);
        }

        return ours;
    }

    private JsonObject ProxyOf(ConfigSection section, string name, string endpoint)
    {
        var proxy = new JsonObject { ["name"] = name, ["url"] = endpoint };
        if (section.Time("timeout") is { } timeout && timeout > TimeSpan.Zero)
        {
            proxy["timeout"] = GoDuration.Written(timeout < LongestTimeout ? timeout : LongestTimeout);
        }

        if (section.Texts("http_headers") is { Count: > 0 } headers)
        {
            proxy["http_headers"] = ListOf(headers);
        }

        if (section.Section("http").Pairs("static_headers") is { Count: > 0 } pairs)
        {
            proxy["static_headers"] = new JsonObject(pairs.Select(
                pair => new KeyValuePair<string, JsonNode?>(pair.Name, pair.Value)));
        }

        return proxy;
    }

    private bool IsHttp(ConfigSection section, string endpoint)
    {
        var isHttp = endpoint.StartsWith("http://", StringComparison.Ordinal)
            || endpoint.StartsWith("https://", StringComparison.Ordinal);
        if (!isHttp)
        {
            _report.Leave($"{section.Path}endpoint", OnlyHttp);
        }

        return isHttp;
    }

    private static JsonArray ListOf(List<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
