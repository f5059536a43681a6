using System.Text.Json;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;

namespace Halley.Server.Configuration.Listeners;

/// <summary>
/// Reads the <c>listeners</c> of a halley.json: a list of addresses, each with a list of endpoints. A mistake is told
/// with its line.
/// </summary>
internal readonly ref struct ListenersReader(ReadOnlySpan<byte> utf8, LineCount lines)
{
    private static readonly string[] ListenerKeys =
        [
        "listen", "unix_mode", "ipv6_only", "trusted_proxies", "allowed_origins",
        .. AuthSection.Table.Select(option => option.Name), "max_request_head", "tcp_keepalive", "tls", "endpoints"];

    private static readonly string[] TlsKeys = ["certificates", "keys", "redirect_from"];

    // The kernel's own limit, in seconds.
    private const int MaxKeepAlive = 32_767;

    private readonly ListReader _list = new(utf8, lines);

    /// <summary>Reads the list that the reader stands at.</summary>
    public void Read(ref Utf8JsonReader reader, List<ListenerSection> listeners)
    {
        _list.RequireList(ref reader, "listeners", "[{\"listen\": \":80\", \"endpoints\": […]}]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            listeners.Add(ReadListener(ref reader));
        }
    }

    private ListenerSection ReadListener(ref Utf8JsonReader reader)
    {
        _list.RequireObject(ref reader, "a listener");
        var listener = new ListenerSection { Origin = _list.Here(ref reader) };
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            switch (key)
            {
                case "listen":
                    listener.Listen = _list.Scalar(ref reader);
                    ListReader.Require(
                        ListenAddress.IsPlace(listener.Listen), at, key, listener.Listen, SettingKey.Place(key).Wants);
                    break;
                case "unix_mode":
                    listener.UnixMode = _list.Scalar(ref reader);
                    ListReader.Require(
                        UnixPath.TryParseMode(listener.UnixMode, out _),
                        at,
                        key,
                        listener.UnixMode,
                        UnixPath.WantsMode);
                    break;
                case "ipv6_only":
                    var only = _list.Scalar(ref reader);
                    ListReader.Require(only is "true" or "false", at, key, only, "true or false");
                    listener.IsIPv6Only = only == "true";
                    break;
                case "max_request_head":
                    var text = _list.Scalar(ref reader);
                    ListReader.Require(
                        Units.TryParseSize(text, out var size) && size is >= 1024 and <= int.MaxValue,
                        at,
                        key,
                        text,
                        Values.WantsSize + ", of at least 1024");
                    listener.MaxRequestHead = (int)size;
                    break;
                case "tcp_keepalive":
                    var silence = _list.Scalar(ref reader);
                    ListReader.Require(
                        Units.TryParseTime(silence, out var time)
                            && time.TotalSeconds <= MaxKeepAlive
                            && time.Milliseconds == 0,
                        at, key, silence, $"whole seconds from 0 to {MaxKeepAlive}, such as \"2m\"; 0 asks nobody");
                    listener.TcpKeepAlive = (int)time.TotalSeconds;
                    break;
                case "tls":
                    ReadTls(ref reader, listener.Tls);
                    break;
                case "trusted_proxies":
                    ReadList(
                        ref reader, SettingKey.Networks(key), "[\"127.0.0.1\"]", listener.TrustedProxies);
                    break;
                case "allowed_origins":
                    ReadList(
                        ref reader,
                        SettingKey.Origins(key),
                        "[\"https://www.example.com\"]",
                        listener.AllowedOrigins);
                    break;
                case "endpoints":
                    _list.RequireList(ref reader, key, "[{\"location\": \"/pub\", \"kind\": \"publisher\"}]");
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        listener.Endpoints.Add(ReadEndpoint(ref reader));
                    }

                    break;
                case var _ when AuthSection.Table.FirstOrDefault(option => option.Name == key) is { } option:
                    ReadValue(ref reader, listener.Auth, [option], at);
                    break;
                default:
                    throw ListReader.Unknown(at, key, "listener", ListenerKeys);
            }
        }

        listener.Endpoints.ForEach(endpoint => endpoint.InheritFrom(listener));
        if (listener.Listen.Length == 0)
        {
            throw new ConfigurationException(
                $"{listener.Origin}: a listener wants listen: {SettingKey.Place("").Wants}");
        }

        return listener;
    }

    private void ReadTls(ref Utf8JsonReader reader, ListenerTls tls)
    {
        _list.RequireObject(ref reader, "tls of a listener");
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            switch (key)
            {
                case "certificates":
                    ReadList(ref reader, SettingKey.Files(key), "[\"fullchain.pem\"]", tls.Certificates);
                    break;
                case "keys":
                    ReadList(ref reader, SettingKey.Files(key), "[\"privkey.pem\"]", tls.Keys);
                    break;
                case "redirect_from":
                    var known = SettingKey.ListenOrNone(key);
                    tls.RedirectFrom = _list.Scalar(ref reader);
                    ListReader.Require(known.Accepts(tls.RedirectFrom), at, key, tls.RedirectFrom, known.Wants);
                    break;
                default:
                    throw ListReader.Unknown(at, key, "listener's tls", TlsKeys);
            }
        }
    }

    private void ReadList(ref Utf8JsonReader reader, SettingKey key, string example, List<string> list)
    {
        _list.RequireList(ref reader, key.Name, example);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var text = _list.Scalar(ref reader);
            ListReader.Require(key.Accepts(text), _list.Here(ref reader), key.Name, text, key.Wants);
            list.Add(text);
        }
    }

    private EndpointSection ReadEndpoint(ref Utf8JsonReader reader)
    {
        _list.RequireObject(ref reader, "an endpoint");
        var endpoint = new EndpointSection { Origin = _list.Here(ref reader) };
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            if (key == EndpointKeys.If)
            {
                endpoint.PushStream.If = ReadConditionals(ref reader);
            }
            else if (EndpointKeys.ByName.Contains(key))
            {
                ReadValue(ref reader, endpoint, EndpointKeys.ByName[key], at);
            }
            else
            {
                throw ListReader.Unknown(
                    at, key, "endpoint", [.. EndpointKeys.ByName.Select(known => known.Key), EndpointKeys.If]);
            }
        }

        // nginx limits the bodies of requests and not what comes over a WebSocket.
        if (endpoint.Kind == "websocket" && !seen.Contains("max_body"))
        {
            endpoint.PushStream.MaxBodyBytes = EndpointOptions.MaxWebSocketMessageBytes;
        }

        Require(endpoint);
        RequireOwn(endpoint, seen);
        endpoint.Idle = [.. seen.Where(key => !EndpointKeys.MeansSomethingAt(endpoint.Kind, key))];
        return endpoint;
    }

    private void ReadValue<T>(ref Utf8JsonReader reader, T options, IEnumerable<Option<T>> known, string at)
    {
        var first = known.First();
        if (!first.IsList || (first.MayBeOne && reader.TokenType != JsonTokenType.StartArray))
        {
            Set(options, known, _list.Scalar(ref reader), at);
            return;
        }

        _list.RequireList(ref reader, first.Name, "[\"…\"]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Set(options, known, _list.Scalar(ref reader), _list.Here(ref reader));
        }
    }

    private static void Set<T>(T options, IEnumerable<Option<T>> known, string text, string at)
    {
        foreach (var option in known)
        {
            ListReader.Require(option.TrySet(options, text), at, option.Name, text, option.Wants);
        }
    }

    private static void Require(EndpointSection endpoint)
    {
        if (endpoint.Location is null)
        {
            throw Missing("location");
        }

        if (endpoint.Kind.Length == 0)
        {
            throw Missing("kind");
        }

        if (endpoint.PushStream is { HeaderTemplateFile: not null, HeaderTemplate.IsEmpty: false })
        {
            throw new ConfigurationException(
                $"{endpoint.Origin}: header_template and header_template_file are both given; leave one of the two");
        }

        ConfigurationException Missing(string key) =>
            new($"{endpoint.Origin}: an endpoint wants {key}: {EndpointKeys.ByName[key].First().Wants}");
    }

    // A key of another dialect would do nothing, and be missed.
    private static void RequireOwn(EndpointSection endpoint, HashSet<string> keys)
    {
        if (keys.Contains("websocket_subprotocols") && !endpoint.IsNchan && endpoint.Kind != "websocket")
        {
            throw new ConfigurationException(
                $"{endpoint.Origin}: websocket_subprotocols is no key of a {endpoint.Kind} endpoint; "
                + "/ws has front.websocket_subprotocols");
        }

        if (keys.FirstOrDefault(key => EndpointKeys.IsOfNchan(key) == !endpoint.IsNchan) is { } stray)
        {
            var whose = endpoint.IsNchan ? "its keys begin with nchan_" : "only nchan's endpoints have it";
            throw new ConfigurationException(
                $"{endpoint.Origin}: {stray} is no key of a {endpoint.Kind} endpoint; {whose}");
        }
    }

    private List<ConditionalOptions> ReadConditionals(ref Utf8JsonReader reader)
    {
        _list.RequireList(ref reader, EndpointKeys.If, "[{\"when\": \"$arg_x = y\", …}]");
        var conditionals = new List<ConditionalOptions>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            conditionals.Add(ReadConditional(ref reader));
        }

        return conditionals;
    }

    private ConditionalOptions ReadConditional(ref Utf8JsonReader reader)
    {
        _list.RequireObject(ref reader, "an item of if");
        var conditional = new ConditionalOptions();
        var origin = _list.Here(ref reader);
        var seen = new HashSet<string>();
        while (_list.TryReadKey(ref reader, seen, out var key, out var at))
        {
            if (key == "when")
            {
                conditional.When = _list.Scalar(ref reader);
            }
            else if (ChoiceOptions.Table.FirstOrDefault(option => option.Name == key) is { } known)
            {
                ReadValue(ref reader, conditional, [known], at);
            }
            else
            {
                throw ListReader.Unknown(
                    at, key, "condition", ["when", .. ChoiceOptions.Table.Select(option => option.Name)]);
            }
        }

        return seen.Contains("when")
            ? conditional
            : throw new ConfigurationException($"{origin}: an item of if wants when: a condition such as $arg_x = y");
    }
}
