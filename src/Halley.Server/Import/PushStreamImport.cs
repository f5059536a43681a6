using System.Globalization;
using Halley.Server.Commands;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;
using static Halley.Server.Import.PushStreamDirectives;

namespace Halley.Server.Import;

/// <summary>What of an nginx configuration Halley can serve: its push-stream locations. What cannot be taken over is named.</summary>
internal sealed class PushStreamImport
{
    private const string DefaultListen = "*:80";

    private readonly List<string> _notTaken = [];

    private PushStreamImport()
    {
    }

    /// <summary>What holds for the whole server, as keys of halley.json's push_stream.</summary>
    public List<(string Key, object Value)> Server { get; } = [];

    public List<ImportedListener> Listeners { get; } = [];

    /// <summary>A sentence for each thing that was left out, with its place.</summary>
    public IReadOnlyList<string> NotTaken => _notTaken;

    /// <exception cref="CommandException">There is nothing of push-stream in it.</exception>
    public static PushStreamImport Of(IReadOnlyList<NginxDirective> configuration)
    {
        var import = new PushStreamImport();
        var https = configuration.Where(directive => directive.Name == "http").Select(http => http.Block ?? []);
        foreach (var http in https)
        {
            import.TakeHttp(http);
        }

        if (import.Listeners.TrueForAll(listener => listener.Endpoints.Count == 0))
        {
            throw new CommandException(
                "there is no location with push_stream_publisher, push_stream_subscriber or push_stream_channels_statistics in it; give the nginx.conf that has them, or that includes the file that has");
        }

        import.Listeners.RemoveAll(listener => listener.Endpoints.Count == 0);
        return import;
    }

    private void TakeHttp(IReadOnlyList<NginxDirective> http)
    {
        foreach (var directive in http.Where(directive => directive.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (OfServer.TryGetValue(directive.Name[Prefix.Length..], out var known) && TryConvert(directive, directive.Arguments, known.Kind, out var value))
            {
                Put(Server, known.Key, value);
            }
        }

        var scope = new NginxScope().Within(http);
        foreach (var server in http.Where(directive => directive is { Name: "server", Block: not null }))
        {
            TakeServer(server, scope.Within(server.Block!));
        }
    }

    private void TakeServer(NginxDirective server, NginxScope scope)
    {
        var endpoints = new List<(ImportedEndpoint Endpoint, NginxDirective Location)>();
        TakeLocations(server.Block!, scope, endpoints);
        if (endpoints.Count == 0)
        {
            return;
        }

        var addresses = server.Block!.Where(directive => directive.Name == "listen").ToList();
        var listens = addresses.Count == 0 ? [DefaultListen] : addresses.Select(ListenOf).OfType<string>().Distinct().ToList();
        foreach (var listen in listens)
        {
            AddTo(listen, endpoints, server);
        }
    }

    // Halley does not look at the name a client calls it by: servers on one address become one listener.
    private void AddTo(string listen, List<(ImportedEndpoint Endpoint, NginxDirective Location)> endpoints, NginxDirective server)
    {
        var address = ListenAddressOf(listen);
        var listener = Listeners.Find(other => other.Listen == address);
        if (listener is null)
        {
            listener = new ImportedListener(address);
            Listeners.Add(listener);
        }
        else
        {
            Leave(server, "a second server on the same address; Halley does not choose by server_name, so its locations join those of the first");
        }

        foreach (var (endpoint, location) in endpoints)
        {
            AllowExplicitly(endpoint, address, location);
            if (listener.Endpoints.Exists(other => other.Location == endpoint.Location))
            {
                Leave(location, $"{address} has that location already");
            }
            else
            {
                listener.Endpoints.Add(endpoint);
            }
        }
    }

    // Halley does not open to the world, unasked, what can do harm; nginx does, and who comes from there is served as before, and told.
    private void AllowExplicitly(ImportedEndpoint endpoint, string address, NginxDirective location)
    {
        var isLoopback = ListenAddress.TryParse(address, out var parsed) && parsed.Resolve() is { } resolved && System.Net.IPAddress.IsLoopback(resolved.Address);
        if (endpoint is { Kind: "publisher-admin" or "statistics", Access: null } && !isLoopback)
        {
            endpoint.Access = (["all"], []);
            _notTaken.Add($"{location.Origin}: everybody who reaches {address} may use \"{location}\", as in nginx; its allow is the place to say who may");
        }
    }

    private static string ListenAddressOf(string listen)
    {
        var address = listen.StartsWith("*:", StringComparison.Ordinal) ? listen[1..] : listen;
        return address.All(char.IsAsciiDigit) ? ":" + address : address;
    }

    private string? ListenOf(NginxDirective listen)
    {
        if (listen.Arguments.Contains("ssl"))
        {
            Leave(listen, "Halley does not speak TLS; leave nginx before it, with proxy_pass to a port of Halley's");
            return null;
        }

        var address = listen.Arguments.Count > 0 ? listen.Arguments[0] : DefaultListen;
        if (!address.All(char.IsAsciiDigit) && !address.Contains(':', StringComparison.Ordinal))
        {
            address += ":80";
        }

        if (!ListenAddress.TryParse(ListenAddressOf(address), out _))
        {
            Leave(listen, "it is no address that Halley can listen on: ADDRESS:PORT, [IPV6]:PORT or a port");
            return null;
        }

        return address;
    }

    private void TakeLocations(IReadOnlyList<NginxDirective> block, NginxScope scope, List<(ImportedEndpoint Endpoint, NginxDirective Location)> endpoints)
    {
        foreach (var location in block.Where(directive => directive is { Name: "location", Block: not null }))
        {
            var inner = scope.Within(location.Block!);
            var kinds = location.Block!.Where(directive => IsKind(directive) && KindOf(directive) is not null).ToList();
            if (kinds.Count > 0)
            {
                if (EndpointOf(location, kinds[^1], inner) is { } endpoint)
                {
                    endpoints.Add((endpoint, location));
                }
            }
            else if (location.Block!.FirstOrDefault(IsKind) is { } unknown)
            {
                Leave(unknown, "it is no kind of endpoint; publishers are normal or admin, subscribers streaming, polling, long-polling, eventsource or websocket");
            }

            TakeLocations(location.Block!, inner, endpoints);
        }
    }

    private static bool IsKind(NginxDirective directive) =>
        directive.Name.StartsWith(Prefix, StringComparison.Ordinal) && OfKind.Contains(directive.Name[Prefix.Length..]);

    private static string? KindOf(NginxDirective directive) => (directive.Name[Prefix.Length..], directive.Arguments) switch
    {
        ("publisher", [] or ["normal"]) => "publisher",
        ("publisher", ["admin"]) => "publisher-admin",
        ("subscriber", []) => "streaming",
        ("subscriber", ["streaming" or "polling" or "long-polling" or "eventsource" or "websocket"]) => directive.Arguments[0],
        ("channels_statistics", _) => "statistics",
        ("websocket", _) => "websocket",
        _ => null,
    };

    private ImportedEndpoint? EndpointOf(NginxDirective location, NginxDirective kind, NginxScope scope)
    {
        var written = LocationOf(location);
        if (!Halley.Protocol.Routing.Location.TryParse(written, out _, out var error))
        {
            Leave(location, error);
            return null;
        }

        var endpoint = new ImportedEndpoint(written, KindOf(kind)!) { Access = AccessOf(scope, location) };
        if (Concerns("default_type", endpoint.Kind) && scope.Find("default_type") is { Arguments: [var type] })
        {
            Put(endpoint.Values, "default_type", type);
        }

        if (Concerns("max_body", endpoint.Kind) && scope.Find("client_max_body_size") is { Arguments: [var size] } limit)
        {
            PutBodySize(endpoint, limit, size);
        }

        foreach (var (name, (key, valueKind)) in OfLocation)
        {
            if (Concerns(key, endpoint.Kind) && scope.Find(Prefix + name) is { } directive && TryConvert(directive, [.. directive.Arguments.Select(scope.Resolve)], valueKind, out var value))
            {
                Put(endpoint.Values, key, value);
            }
        }

        if (endpoint.Kind == "websocket" && endpoint.Values.Contains(("websocket_allow_publish", true)))
        {
            // As the original takes them, which Halley by itself does not.
            Put(endpoint.Values, "websocket_allow_unmasked", true);
        }

        TakeConditions(location, scope, endpoint);
        LeaveOthers(location);
        return endpoint;
    }

    // nginx takes "location ~^/sub" for "location ~ ^/sub".
    private static string LocationOf(NginxDirective location) => location.Arguments switch
    {
        [['~', '*', .. { Length: > 0 } pattern]] => "~* " + pattern,
        [['~', not '*', ..] and var all] => "~ " + all[1..],
        [['=', .. { Length: > 0 } path]] => "= " + path,
        var arguments => string.Join(' ', arguments),
    };

    private void PutBodySize(ImportedEndpoint endpoint, NginxDirective limit, string size)
    {
        if (!Units.TryParseSize(size, out var bytes) || bytes is 0 or > int.MaxValue)
        {
            Leave(limit, "Halley wants a limit, and 1 MiB is its own; set max_body");
            return;
        }

        Put(endpoint.Values, "max_body", size);
    }

    private void TakeConditions(NginxDirective location, NginxScope scope, ImportedEndpoint endpoint)
    {
        foreach (var condition in location.Block!.Where(directive => directive is { Name: "if", Block: not null }))
        {
            var values = new List<(string Key, object Value)>();
            foreach (var directive in condition.Block!)
            {
                if (directive.Name.StartsWith(Prefix, StringComparison.Ordinal)
                    && OfCondition.Contains(directive.Name[Prefix.Length..])
                    && TryConvert(directive, [.. directive.Arguments.Select(scope.Resolve)], OfLocation[directive.Name[Prefix.Length..]].Kind, out var value))
                {
                    Put(values, OfLocation[directive.Name[Prefix.Length..]].Key, value);
                }
                else
                {
                    Leave(directive, "it cannot stand in an if of Halley's");
                }
            }

            if (values.Count > 0 && WhenOf(condition, scope) is { } when)
            {
                endpoint.Conditionals.Add([("when", when), .. values]);
            }
        }
    }

    private string? WhenOf(NginxDirective condition, NginxScope scope)
    {
        var words = Unparenthesized(condition.Arguments);
        if (words is not [['$', ..]] and not [['$', ..], "=" or "!=" or "~" or "~*" or "!~" or "!~*", _])
        {
            Leave(condition, "Halley knows if ($variable), and with =, !=, ~, ~*, !~ or !~* and a text");
            return null;
        }

        words[0] = scope.Resolve(words[0]);
        return words.Count == 1 ? words[0] : $"{words[0]} {words[1]} {Quoted(words[2])}";
    }

    // The parentheses of the if come on the first and the last word, or as words of their own.
    private static List<string> Unparenthesized(IReadOnlyList<string> words)
    {
        var inner = words.ToList();
        if (inner is [['(', .. var first], ..])
        {
            inner[0] = first;
        }

        if (inner is [.., [.. var last, ')']])
        {
            inner[^1] = last;
        }

        inner.RemoveRange(0, inner is ["", ..] ? 1 : 0);
        if (inner.Count is 2 or 4 && inner[^1].Length == 0)
        {
            inner.RemoveAt(inner.Count - 1);
        }

        return inner;
    }

    private static string Quoted(string text) => text.Length == 0 || text.Trim() != text ? $"\"{text}\"" : text;

    // First match wins in nginx; here a specific rule beats all. The two agree where everything but the last line is of one kind, and the last says all.
    private (IReadOnlyList<string> Allow, IReadOnlyList<string> Deny)? AccessOf(NginxScope scope, NginxDirective location)
    {
        var rules = scope.AccessRules;
        if (rules.Count == 0)
        {
            return null;
        }

        var first = rules[0].Name;
        var isPlain = rules.SkipLast(1).All(rule => rule.Name == first)
            && rules[^1].Arguments is ["all"]
            && rules.All(rule => rule.Arguments is [var address] && PrefixOf(address) is not null);
        if (!isPlain)
        {
            Leave(location, "its allow and deny are more than Halley's can say, so only this machine is let in; write allow and deny yourself");
            return (["127.0.0.1"], ["all"]);
        }

        return (
            [.. rules.Where(rule => rule.Name == "allow").Select(rule => PrefixOf(rule.Arguments[0])!)],
            [.. rules.Where(rule => rule.Name == "deny").Select(rule => PrefixOf(rule.Arguments[0])!)]);
    }

    // An address, "all", or a network whose border lies between two numbers: its beginning.
    private static string? PrefixOf(string address)
    {
        if (address.IndexOf('/') is var slash and > 0)
        {
            var numbers = address[..slash].Split('.');
            return numbers.Length == 4
                && int.TryParse(address[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
                && bits is 8 or 16 or 24
                ? string.Concat(numbers.Take(bits / 8).Select(number => number + "."))
                : null;
        }

        return address == "all" || System.Net.IPAddress.TryParse(address, out _) ? address : null;
    }

    private void LeaveOthers(NginxDirective location)
    {
        foreach (var directive in location.Block!)
        {
            var name = directive.Name;
            if (name.StartsWith(Prefix, StringComparison.Ordinal) ? IsUnknown(name[Prefix.Length..]) : !NotNeeded.Contains(name))
            {
                Leave(directive, "Halley has nothing like it");
            }
        }
    }

    private static bool IsUnknown(string name) => !OfLocation.ContainsKey(name) && !OfKind.Contains(name) && !OfServer.ContainsKey(name);

    private bool TryConvert(NginxDirective directive, IReadOnlyList<string> arguments, ValueKind kind, out object value)
    {
        var text = arguments.Count > 0 ? arguments[0] : "";
        value = text;
        switch (kind)
        {
            case ValueKind.Switch when text is "on" or "off":
                value = text == "on";
                return true;
            case ValueKind.Number when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0:
                value = number;
                return true;
            case ValueKind.Seconds when Units.TryParseTime(text, out var time) && time > TimeSpan.Zero:
                value = (int)Math.Min(Math.Ceiling(time.TotalSeconds), int.MaxValue);
                return true;
            case ValueKind.Bytes when Units.TryParseSize(text, out var size) && size > 0:
                value = size;
                return true;
            case ValueKind.Time when Units.TryParseTime(text, out var time) && time > TimeSpan.Zero:
            case ValueKind.Text when arguments.Count == 1:
                return true;
            default:
                Leave(directive, "its value is none that nginx-push-stream-module takes");
                return false;
        }
    }

    private static void Put(List<(string Key, object Value)> values, string key, object value)
    {
        values.RemoveAll(other => other.Key == key);
        values.Add((key, value));
    }

    private void Leave(NginxDirective directive, string why)
    {
        var line = $"{directive.Origin}: \"{directive}\" is not taken over: {why}";
        if (!_notTaken.Contains(line))
        {
            _notTaken.Add(line);
        }
    }
}
