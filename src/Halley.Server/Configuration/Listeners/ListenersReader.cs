using System.Text;
using System.Text.Json;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.PushStream;

namespace Halley.Server.Configuration.Listeners;

/// <summary>Reads the <c>listeners</c> of a halley.json: a list of addresses, each with a list of endpoints. A mistake is told with its line.</summary>
internal readonly ref struct ListenersReader(ReadOnlySpan<byte> utf8, LineCount lines)
{
    private static readonly string[] ListenerKeys =
        ["listen", "unix_mode", "ipv6_only", "trusted_proxies", "max_request_head", "tcp_keepalive", "endpoints"];

    private static readonly string[] ConditionalKeys =
        ["when", "channels_path", "store_messages", "allow_connections_to_events_channel", "last_received_message_time", "last_received_message_tag", "last_event_id"];

    // The kernel's own limit, in seconds.
    private const int MaxKeepAlive = 32_767;

    private readonly ReadOnlySpan<byte> _utf8 = utf8;

    /// <summary>Reads the list that the reader stands at.</summary>
    public void Read(ref Utf8JsonReader reader, List<ListenerSection> listeners)
    {
        DemandList(ref reader, "listeners", "[{\"listen\": \":80\", \"endpoints\": […]}]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            listeners.Add(ReadListener(ref reader));
        }
    }

    private ListenerSection ReadListener(ref Utf8JsonReader reader)
    {
        DemandObject(ref reader, "a listener");
        var listener = new ListenerSection { Origin = Here(ref reader) };
        var seen = new HashSet<string>();
        while (TryReadKey(ref reader, seen, out var key, out var at))
        {
            switch (key)
            {
                case "listen":
                    listener.Listen = Scalar(ref reader);
                    Demand(ListenAddress.IsPlace(listener.Listen), at, key, listener.Listen, SettingKey.Place(key).Wants);
                    break;
                case "unix_mode":
                    listener.UnixMode = Scalar(ref reader);
                    Demand(UnixPath.TryParseMode(listener.UnixMode, out _), at, key, listener.UnixMode, UnixPath.WantsMode);
                    break;
                case "ipv6_only":
                    var only = Scalar(ref reader);
                    Demand(only is "true" or "false", at, key, only, "true or false");
                    listener.IsIPv6Only = only == "true";
                    break;
                case "max_request_head":
                    var text = Scalar(ref reader);
                    Demand(Units.TryParseSize(text, out var size) && size is >= 1024 and <= int.MaxValue, at, key, text, Units.WantsSize + ", of at least 1024");
                    listener.MaxRequestHead = (int)size;
                    break;
                case "tcp_keepalive":
                    var silence = Scalar(ref reader);
                    Demand(
                        Units.TryParseTime(silence, out var time) && time.TotalSeconds <= MaxKeepAlive && time.Milliseconds == 0,
                        at, key, silence, $"whole seconds from 0 to {MaxKeepAlive}, such as \"2m\"; 0 asks nobody");
                    listener.TcpKeepAlive = (int)time.TotalSeconds;
                    break;
                case "trusted_proxies":
                    ReadProxies(ref reader, listener);
                    break;
                case "endpoints":
                    DemandList(ref reader, key, "[{\"location\": \"/pub\", \"kind\": \"publisher\"}]");
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
            throw new ConfigurationException($"{listener.Origin}: a listener wants listen: {SettingKey.Place("").Wants}");
        }

        return listener;
    }

    private void ReadProxies(ref Utf8JsonReader reader, ListenerSection listener)
    {
        const string Key = "trusted_proxies";
        DemandList(ref reader, Key, "[\"127.0.0.1\"]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var text = Scalar(ref reader);
            Demand(TrustedProxies.TryParse(text, out _), Here(ref reader), Key, text, SettingKey.Networks(Key).Wants);
            listener.TrustedProxies.Add(text);
        }
    }

    private EndpointSection ReadEndpoint(ref Utf8JsonReader reader)
    {
        DemandObject(ref reader, "an endpoint");
        var endpoint = new EndpointSection { Origin = Here(ref reader) };
        var seen = new HashSet<string>();
        while (TryReadKey(ref reader, seen, out var key, out var at))
        {
            if (key == "if")
            {
                DemandList(ref reader, key, "[{\"when\": \"$arg_x = y\", …}]");
                var conditionals = new List<ConditionalOptions>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    conditionals.Add(ReadConditional(ref reader));
                }

                endpoint.PushStream.If = conditionals;
                continue;
            }

            if (!EndpointKey.All.TryGetValue(key, out var known))
            {
                throw Unknown(at, key, "endpoint", [.. EndpointKey.All.Keys, "if"]);
            }

            ReadValue(ref reader, endpoint, known, at);
        }

        // nginx limits the bodies of requests and not what comes over a WebSocket.
        if (endpoint.Kind == "websocket" && !seen.Contains("max_body"))
        {
            endpoint.PushStream.MaxBodyBytes = EndpointOptions.MaxWebSocketMessageBytes;
        }

        Demand(endpoint);
        DemandOwn(endpoint, seen);
        return endpoint;
    }

    private void ReadValue(ref Utf8JsonReader reader, EndpointSection endpoint, EndpointKey key, string at)
    {
        if (!key.IsList || (key.MayBeOne && reader.TokenType != JsonTokenType.StartArray))
        {
            var text = Scalar(ref reader);
            Demand(key.TrySet(endpoint, text), at, key.Name, text, key.Wants);
            return;
        }

        DemandList(ref reader, key.Name, "[\"…\"]");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var text = Scalar(ref reader);
            Demand(key.TrySet(endpoint, text), Here(ref reader), key.Name, text, key.Wants);
        }
    }

    private static void Demand(EndpointSection endpoint)
    {
        if (endpoint.Location is null)
        {
            throw new ConfigurationException($"{endpoint.Origin}: an endpoint wants location: {EndpointKey.All["location"].Wants}");
        }

        if (endpoint.Kind.Length == 0)
        {
            throw new ConfigurationException($"{endpoint.Origin}: an endpoint wants kind: {EndpointKey.All["kind"].Wants}");
        }

        if (endpoint.HeaderTemplateFile.Length > 0 && endpoint.PushStream.HeaderTemplate.Length > 0)
        {
            throw new ConfigurationException($"{endpoint.Origin}: header_template and header_template_file are both given; leave one of the two");
        }
    }

    // A key of another dialect would do nothing, and be missed.
    private static void DemandOwn(EndpointSection endpoint, HashSet<string> keys)
    {
        var isNchan = EndpointSection.NchanKinds.ContainsKey(endpoint.Kind);
        var stray = keys.FirstOrDefault(key => !EndpointKey.OfAll.Contains(key) && EndpointKey.OfNchan.Contains(key) != isNchan);
        if (keys.Contains("websocket_subprotocols") && !isNchan && endpoint.Kind != "websocket")
        {
            throw new ConfigurationException($"{endpoint.Origin}: websocket_subprotocols is no key of a {endpoint.Kind} endpoint; /ws has front.websocket_subprotocols");
        }

        if (stray is not null)
        {
            throw new ConfigurationException($"{endpoint.Origin}: {stray} is no key of a {endpoint.Kind} endpoint; {(isNchan ? "its keys begin with nchan_" : "only nchan's endpoints have it")}");
        }
    }

    private ConditionalOptions ReadConditional(ref Utf8JsonReader reader)
    {
        DemandObject(ref reader, "an item of if");
        var origin = Here(ref reader);
        var values = new Dictionary<string, string>();
        var seen = new HashSet<string>();
        while (TryReadKey(ref reader, seen, out var key, out var at))
        {
            if (!ConditionalKeys.Contains(key))
            {
                throw Unknown(at, key, "condition", ConditionalKeys);
            }

            values[key] = Scalar(ref reader);
            Demand(
                key is not ("store_messages" or "allow_connections_to_events_channel") || values[key] is "true" or "false",
                at, key, values[key], "true or false");
        }

        if (!values.TryGetValue("when", out var when))
        {
            throw new ConfigurationException($"{origin}: an item of if wants when: a condition such as $arg_x = y");
        }

        return new ConditionalOptions(when)
        {
            ChannelsPath = values.GetValueOrDefault("channels_path"),
            StoreMessages = values.TryGetValue("store_messages", out var stores) ? stores == "true" : null,
            AllowConnectionsToEventsChannel = values.TryGetValue("allow_connections_to_events_channel", out var allows) ? allows == "true" : null,
            LastReceivedMessageTime = values.GetValueOrDefault("last_received_message_time"),
            LastReceivedMessageTag = values.GetValueOrDefault("last_received_message_tag"),
            LastEventId = values.GetValueOrDefault("last_event_id"),
        };
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
        return seen.Add(key) ? true : throw new ConfigurationException($"{at}: {key} stands here twice; leave one of the two");
    }

    private string Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => throw new ConfigurationException($"{Here(ref reader)}: a value wants to be text, a number, true or false here"),
    };

    private void DemandList(ref Utf8JsonReader reader, string key, string example)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new ConfigurationException($"{Here(ref reader)}: {key} wants a list: {example}");
        }
    }

    private void DemandObject(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ConfigurationException($"{Here(ref reader)}: {what} begins with {{");
        }
    }

    private static void Demand(bool isRight, string at, string key, string value, string wants)
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
