using System.Text.Json;
using System.Text.Json.Nodes;
using Halley.Protocol.Access;
using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Import.Centrifugo;

/// <summary>
/// Takes over what Halley can serve of a configuration of Centrifugo 6: namespaces, tokens, origins, proxies, keys.
/// What cannot be taken over is named, and nobody may do more by that than before.
/// </summary>
internal sealed class CentrifugoImport
{
    // The shortest secret that our server takes.
    private const int MinSecretBytes = 32;

    // Keys for what Halley does in its own way, or has no need of.
    private static readonly string[] Elsewhere =
    [
        "log", "shutdown", "pid_file", "usage_stats", "prometheus", "health", "debug", "swagger", "admin", "node",
        "graphite", "opentelemetry", "presence_manager", "controller", "map_broker", "shared_poll",
    ];

    private readonly ConfigSection _root;
    private readonly ImportedNamespaces _namespaces;
    private readonly ImportedProxies _proxies;
    private readonly bool _isInsecure;

    private CentrifugoImport(ConfigSection root)
    {
        _root = root;
        Client = root.Section("client");
        _isInsecure = Client.Flag("insecure");
        _proxies = new ImportedProxies(Report, root);
        _namespaces = new ImportedNamespaces(Report, _proxies, _isInsecure);
    }

    public ImportReport Report { get; } = new();

    private ConfigSection Client { get; }

    /// <exception cref="CommandException">It is no JSON object.</exception>
    public static (JsonObject Json, ImportReport Report) Of(byte[] configuration)
    {
        try
        {
            using var json = JsonDocument.Parse(configuration);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new CommandException("it is no JSON object, so no configuration of Centrifugo");
            }

            var import = new CentrifugoImport(new ConfigSection(json.RootElement));
            return (import.Take(), import.Report);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new CommandException($"it is no JSON: {fault.Message}");
        }
    }

    private JsonObject Take()
    {
        TakeNamespaces();
        var jwt = TakeTokens();
        _proxies.Take(Client);
        _proxies.Close();
        var halley = new JsonObject
        {
            ["front"] = new JsonObject { ["listen"] = ListenAddress.Off },
            ["admin"] = new JsonObject { ["listen"] = ListenAddress.Off },
        };
        var endpoints = Endpoints();
        TakeApi(endpoints, (JsonObject)halley["admin"]!);
        if (jwt.Count > 0)
        {
            halley["jwt"] = jwt;
        }

        if (_proxies.Written is { Count: > 0 } proxies)
        {
            halley["proxies"] = proxies;
        }

        halley["namespaces"] = _namespaces.Written;
        halley["listeners"] = new JsonArray(Listener(endpoints));
        if (_root.Section("engine") is var engine && engine.Text("type", "memory") != "memory")
        {
            Report.Leave("engine", "for channels of several servers write redis.url yourself");
            engine.IgnoreAll();
        }

        _root.Ignore(Elsewhere);
        foreach (var key in _root.Left)
        {
            Report.Leave(key, "Halley has nothing of that name here");
        }

        return halley;
    }

    private void TakeNamespaces()
    {
        var channel = _root.Section("channel");
        var boundary = channel.Text("namespace_boundary", ":");
        _namespaces.Take(channel.Section("without_namespace"), "");
        foreach (var section in channel.Sections("namespaces"))
        {
            _namespaces.Take(section, section.Text("name") + boundary);
        }

        if (!_isInsecure && _namespaces.Written[0]!["subscribe"] is { } word && word.GetValue<string>() != "nobody")
        {
            Report.Leave(
                "channel.without_namespace",
                "channels of namespaces that there are not are refused there, and of this kind here: add namespaces");
        }

        MaxLength = channel.Number("max_length", 255);
    }

    private int MaxLength { get; set; }

    private JsonObject TakeTokens()
    {
        var token = Client.Section("token");
        var jwt = new JsonObject();
        var secrets = new JsonArray();
        foreach (var name in (string[])["hmac_secret_key", "hmac_previous_secret_key"])
        {
            var secret = token.Text(name);
            if (System.Text.Encoding.UTF8.GetByteCount(secret) >= MinSecretBytes)
            {
                secrets.Add((JsonNode)secret);
            }
            else if (secret.Length > 0)
            {
                Report.Leave(
                    $"client.token.{name}",
                    $"a secret has {MinSecretBytes} bytes at least here: draw a new one for jwt.secrets, or write this "
                        + "one there and set jwt.allow_short_secrets");
            }
        }

        token.Ignore("hmac_previous_secret_key_valid_until");
        if (secrets.Count > 0)
        {
            jwt["secrets"] = secrets;
        }

        Take("jwks_public_endpoint", "jwks_url");
        Take("issuer", "issuer");
        Take("audience", "audience");
        if (jwt.Count > 0)
        {
            // As there: a token may be for ever.
            jwt["require_expiry"] = false;
        }

        HasTokens = secrets.Count > 0 || jwt.ContainsKey("jwks_url");
        return HasTokens ? jwt : [];

        void Take(string name, string key)
        {
            if (token.Text(name) is { Length: > 0 } text)
            {
                jwt[key] = text;
            }
        }
    }

    private bool HasTokens { get; set; }

    // Each transport at its own path: those that are off stay off.
    private JsonArray Endpoints()
    {
        var endpoints = new JsonArray();
        var webSocket = _root.Section("websocket");
        webSocket.Ignore("compression", "compression_min_size", "compression_level", "read_buffer_size");
        webSocket.Ignore("use_write_buffer_pool", "write_buffer_size", "write_timeout");
        var size = webSocket.Number("message_size_limit", 65536);
        Add(!webSocket.Flag("disabled"), webSocket, "websocket");
        var streams = 0;
        foreach (var name in (string[])["http_stream", "sse", "uni_websocket", "uni_http_stream", "uni_sse"])
        {
            var section = _root.Section(name);
            section.Ignore("max_request_body_size", "message_size_limit");
            streams += section.Flag("enabled") && name[0] != 'u' ? 1 : 0;
            Add(section.Flag("enabled"), section, name);
        }

        Add(streams > 0, _root.Section("emulation"), "emulation");
        return endpoints;

        void Add(bool isOn, ConfigSection section, string name)
        {
            var usual = name == "emulation" ? "/emulation" : "/connection/" + name;
            var path = section.Text("handler_prefix", usual);
            if (isOn && !path.EndsWith("/" + name, StringComparison.Ordinal))
            {
                Report.Leave($"{section.Path}handler_prefix", $"its path must end with /{name}");
            }
            else if (isOn)
            {
                endpoints.Add((JsonNode)Endpoint(path, size));
            }
        }
    }

    private JsonObject Endpoint(string path, int size)
    {
        var endpoint = new JsonObject
        {
            ["location"] = "= " + path,
            ["kind"] = "centrifugo",
            ["auth"] = _isInsecure || (_proxies.AsksWhoConnects && !HasTokens) ? "none" : "jwt",
            ["message_size_limit"] = size,
            ["channel_max_length"] = MaxLength,
            ["allow_delta"] = _namespaces.AllowsDelta,
            ["allow_tags_filter"] = _namespaces.AllowsTagsFilter,
            ["force_recovery"] = _namespaces.ForcesRecovery,
            ["force_positioning"] = _namespaces.ForcesPositioning,
            ["force_push_join_leave"] = _namespaces.ForcesJoinLeave,
        };
        if (Client.Flag("allow_anonymous_connect_without_token"))
        {
            endpoint["allow_anonymous_connect_without_token"] = true;
        }

        Number("channel_limit", "client_channel_limit");
        Number("history_max_publication_limit", "history_max_publication_limit");
        foreach (var name in (string[])["ping_interval", "pong_timeout", "stale_close_delay", "expired_close_delay",
            "expired_sub_close_delay"])
        {
            if (Client.Time(name) is { } time && time > TimeSpan.Zero)
            {
                endpoint[name] = GoDuration.Written(time);
            }
        }

        Client.Ignore("concurrency", "queue_max_size", "connect_include_server_time", "connect_mode");
        _proxies.Write(endpoint);
        return endpoint;

        void Number(string name, string key)
        {
            if (Client.Number(name, -1) is > 0 and var number)
            {
                endpoint[key] = number;
            }
        }
    }

    private void TakeApi(JsonArray endpoints, JsonObject admin)
    {
        var api = _root.Section("http_api");
        var key = api.Text("key");
        var path = api.Text("handler_prefix", "/api");
        var isForAll = ApiKeys.IsOne(key);
        if (isForAll)
        {
            admin["api_keys"] = new JsonArray((JsonNode)key);
        }
        else if (key.Length > 0)
        {
            Report.Leave(
                "http_api.key", $"a key has {ApiKeys.MinLength} characters at least here; this machine alone may");
        }
        else if (api.Flag("insecure"))
        {
            Report.Leave("http_api.insecure", "this machine alone may");
        }

        if (!api.Flag("disabled") && (key.Length > 0 || api.Flag("insecure")))
        {
            endpoints.Add((JsonNode)new JsonObject
            {
                ["location"] = path,
                ["kind"] = "centrifugo-api",
                ["allow"] = isForAll ? new JsonArray("all") : new JsonArray("127.0.0.1", "::1"),
            });
        }
    }

    private JsonObject Listener(JsonArray endpoints)
    {
        var server = _root.Section("http_server");
        var address = server.Text("address");
        var port = server.Number("port", 8000);
        var origins = Client.Texts("allowed_origins");
        foreach (var pattern in origins.Where(origin => origin != "*" && origin.Contains('*')).ToList())
        {
            Report.Leave("client.allowed_origins", $"{pattern} is a pattern; write the origins themselves");
            origins.Remove(pattern);
        }

        if (origins.Count == 0)
        {
            // No page may there; without a list, each might here.
            origins.Add("https://no-page.invalid");
            Report.Note("client.allowed_origins is empty: no page may open a session, as there");
        }

        return new JsonObject
        {
            ["listen"] = address.Contains(':') ? $"[{address}]:{port}" : $"{address}:{port}",
            ["allowed_origins"] = new JsonArray([.. origins.Select(origin => (JsonNode)origin)]),
            ["endpoints"] = endpoints,
        };
    }
}
