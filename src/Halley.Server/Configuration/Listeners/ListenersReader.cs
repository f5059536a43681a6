using System.Text;
using System.Text.Json;
using Halley.Protocol.Access;
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
        ["listen", "unix_mode", "ipv6_only", "trusted_proxies", "max_request_head", "tcp_keepalive", "endpoints"];

    // The kernel's own limit, in seconds.
    private const int MaxKeepAlive = 32_767;

    private readonly ReadOnlySpan<byte> _utf8 = utf8;

    /// <summary>Reads the list that the reader stands at.</summary>
    public void Read(ref Utf8JsonReader reader, List<ListenerSection> listeners)
    {
        RequireList(ref reader, "listeners", "[{\"listen\": \":80\", \"endpoints\": […]}]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            listeners.Add(ReadListener(ref reader));
        }
    }

    private ListenerSection ReadListener(ref Utf8JsonReader reader)
    {
        RequireObject(ref reader, "a listener");
        var listener = new ListenerSection { Origin = Here(ref reader) };
        var seen = new HashSet<string>();
        while (TryReadKey(ref reader, seen, out var key, out var at))
        {
            switch (key)
            {
                case "listen":
                    listener.Listen = Scalar(ref reader);
                    Require(
                        ListenAddress.IsPlace(listener.Listen), at, key, listener.Listen, SettingKey.Place(key).Wants);
                    break;
                case "unix_mode":
                    listener.UnixMode = Scalar(ref reader);
                    Require(
                        UnixPath.TryParseMode(listener.UnixMode, out _),
                        at,
                        key,
                        listener.UnixMode,
                        UnixPath.WantsMode);
                    break;
                case "ipv6_only":
                    var only = Scalar(ref reader);
                    Require(only is "true" or "false", at, key, only, "true or false");
                    listener.IsIPv6Only = only == "true";
                    break;
                case "max_request_head":
                    var text = Scalar(ref reader);
                    Require(
                        Units.TryParseSize(text, out var size) && size is >= 1024 and <= int.MaxValue,
                        at,
                        key,
                        text,
                        Values.WantsSize + ", of at least 1024");
                    listener.MaxRequestHead = (int)size;
                    break;
                case "tcp_keepalive":
                    var silence = Scalar(ref reader);
                    Require(
                        Units.TryParseTime(silence, out var time)
                            && time.TotalSeconds <= MaxKeepAlive
                            && time.Milliseconds == 0,
                        at, key, silence, $"whole seconds from 0 to {MaxKeepAlive}, such as \"2m\"; 0 asks nobody");
                    listener.TcpKeepAlive = (int)time.TotalSeconds;
                    break;
                case "trusted_proxies":
                    ReadProxies(ref reader, listener);
                    break;
                case "endpoints":
                    RequireList(ref reader, key, "[{\"location\": \"/pub\", \"kind\": \"publisher\"}]");
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        listener.Endpoints.Add(ReadEndpoint(ref reader));
                    }

                    break;
                default:
                    throw Unknown(at, key, "listener", ListenerKeys);
            }
        }

        if (listener.Listen.Length == 0)
        {
            throw new ConfigurationException(
                $"{listener.Origin}: a listener wants listen: {SettingKey.Place("").Wants}");
        }

        return listener;
    }

    private void ReadProxies(ref Utf8JsonReader reader, ListenerSection listener)
    {
        const string Key = "trusted_proxies";
        RequireList(ref reader, Key, "[\"127.0.0.1\"]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var text = Scalar(ref reader);
            Require(TrustedProxies.TryParse(text, out _), Here(ref reader), Key, text, SettingKey.Networks(Key).Wants);
            listener.TrustedProxies.Add(text);
        }
    }

    private EndpointSection ReadEndpoint(ref Utf8JsonReader reader)
    {
        RequireObject(ref reader, "an endpoint");
        var endpoint = new EndpointSection { Origin = Here(ref reader) };
        var seen = new HashSet<string>();
        while (TryReadKey(ref reader, seen, out var key, out var at))
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
                throw Unknown(
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
            Set(options, known, Scalar(ref reader), at);
            return;
        }

        RequireList(ref reader, first.Name, "[\"…\"]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Set(options, known, Scalar(ref reader), Here(ref reader));
        }
    }

    private static void Set<T>(T options, IEnumerable<Option<T>> known, string text, string at)
    {
        foreach (var option in known)
        {
            Require(option.TrySet(options, text), at, option.Name, text, option.Wants);
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
        RequireList(ref reader, EndpointKeys.If, "[{\"when\": \"$arg_x = y\", …}]");
        var conditionals = new List<ConditionalOptions>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            conditionals.Add(ReadConditional(ref reader));
        }

        return conditionals;
    }

    private ConditionalOptions ReadConditional(ref Utf8JsonReader reader)
    {
        RequireObject(ref reader, "an item of if");
        var conditional = new ConditionalOptions();
        var origin = Here(ref reader);
        var seen = new HashSet<string>();
        while (TryReadKey(ref reader, seen, out var key, out var at))
        {
            if (key == "when")
            {
                conditional.When = Scalar(ref reader);
            }
            else if (ChoiceOptions.Table.FirstOrDefault(option => option.Name == key) is { } known)
            {
                ReadValue(ref reader, conditional, [known], at);
            }
            else
            {
                throw Unknown(at, key, "condition", ["when", .. ChoiceOptions.Table.Select(option => option.Name)]);
            }
        }

        return seen.Contains("when")
            ? conditional
            : throw new ConfigurationException($"{origin}: an item of if wants when: a condition such as $arg_x = y");
    }

    private bool TryReadKey(ref Utf8JsonReader reader, HashSet<string> seen, out string key, out string at)
    {
        (key, at) = ("", "");
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        key = reader.GetString()!;
        at = Here(ref reader);
        reader.Read();
        return seen.Add(key)
            ? true
            : throw new ConfigurationException($"{at}: {key} stands here twice; leave one of the two");
    }

    private string Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
        _ =>
            throw new ConfigurationException(
                $"{Here(ref reader)}: a value wants to be text, a number, true or false here"),
    };

    private void RequireList(ref Utf8JsonReader reader, string key, string example)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new ConfigurationException($"{Here(ref reader)}: {key} wants a list: {example}");
        }
    }

    private void RequireObject(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ConfigurationException($"{Here(ref reader)}: {what} begins with {{");
        }
    }

    private static void Require(bool isRight, string at, string key, string value, string wants)
    {
        if (!isRight)
        {
            throw new ConfigurationException($"{at}: {key} is \"{value}\"; it wants {wants}");
        }
    }

    private static ConfigurationException Unknown(string at, string key, string of, IEnumerable<string> keys) =>
        new($"{at}: {key} is no key of {(of[0] is 'e' ? "an" : "a")} {of}; "
            + (NearMiss.Of(key, keys) is { } near ? $"did you mean {near}?" : $"there are {string.Join(", ", keys)}"));

    private string Here(ref Utf8JsonReader reader) => lines.At(_utf8, reader.TokenStartIndex);
}
