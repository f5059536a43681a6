using static Halley.Server.Import.PushStreamDirectives;

namespace Halley.Server.Import;

/// <summary>The kind of endpoint that a location of nginx is to Halley.</summary>
/// <param name="Kind">Of halley.json; null for a location that is none of ours.</param>
/// <param name="Because">The directive that says so.</param>
internal sealed record LocationKinds(string? Kind, NginxDirective? Because)
{
    private static readonly string[] OfDefault =
        ["websocket", "eventsource", "http-multipart", "longpoll", "http-chunked"];

    /// <summary>The transports of nchan's subscribers, where it names them.</summary>
    public IReadOnlyList<string>? Transports { get; private init; }

    /// <summary>Whether nchan's publishers come over WebSockets alone.</summary>
    public bool PublishesByWebSocketAlone { get; private init; }

    /// <summary>The part of it that cannot be had here; null where all can.</summary>
    public string? Problem { get; private init; }

    public bool IsNchan => Kind?.StartsWith(NchanDirectives.Prefix, StringComparison.Ordinal) ?? false;

    public static LocationKinds Of(NginxScope scope)
    {
        var own = scope.Own.Where(directive => IsPushStream(directive) || IsNchanKind(directive)).ToList();

        // In nchan what a location is, is handed down to those within it.
        var nchan = own.Exists(IsNchanKind) || own.Count > 0
            ? own.Where(IsNchanKind).ToList()
            : [.. scope.All.Where(IsNchanKind)];
        var pushStream = own.Where(IsPushStream).ToList();
        if (nchan.Count > 0 && pushStream.Count > 0)
        {
            return new LocationKinds(ImportedEndpoint.Nothing, pushStream[0])
            {
                Problem = "the location is one of nchan too",
            };
        }

        return nchan.Count > 0 ? OfNchan(nchan) : pushStream.Count > 0 ? OfPushStream(
            pushStream, scope) : new LocationKinds(null, null);
    }

    private static bool IsPushStream(NginxDirective directive) =>
        directive.Name.StartsWith(Prefix, StringComparison.Ordinal) && OfKind.Contains(directive.Name[Prefix.Length..]);

    private static bool IsNchanKind(NginxDirective directive) =>
        NchanDirectives.OfKind.ContainsKey(NchanDirectives.NameOf(directive.Name))
            || NchanDirectives.OfOtherKind.Contains(directive.Name);

    private static LocationKinds OfPushStream(List<NginxDirective> directives, NginxScope scope)
    {
        var known = directives.Where(directive => KindOf(directive) is not null).ToList();
        if (known.Count == 0)
        {
            return new LocationKinds(ImportedEndpoint.Nothing, directives[0])
            {
                Problem = "it is no kind of endpoint; publishers are normal or admin, "
                    + "subscribers streaming, polling, long-polling, eventsource or websocket",
            };
        }

        var kind = KindOf(known[^1])!;
        var isEventSource = kind == "streaming" && scope.Find(Prefix + "eventsource_support") is { Arguments: ["on"] };
        return new LocationKinds(isEventSource ? "eventsource" : kind, known[^1]);
    }

    private static string? KindOf(NginxDirective directive) =>
        (directive.Name[Prefix.Length..], directive.Arguments) switch
        {
            ("publisher", [] or ["normal"]) => "publisher",
            ("publisher", ["admin"]) or ("publisher_admin", _) => "publisher-admin",
            ("subscriber", []) => "streaming",
            ("subscriber", ["streaming" or "polling" or "long-polling" or "eventsource" or "websocket"]) =>
                directive.Arguments[0],
            ("subscriber_eventsource", _) => "eventsource",
            ("channels_statistics", _) => "statistics",
            ("websocket", _) => "websocket",
            _ => null,
        };

    private static LocationKinds OfNchan(List<NginxDirective> directives)
    {
        var (byHttp, bySocket, transports) = (false, false, default(List<string>));
        foreach (var directive in directives)
        {
            switch (NchanDirectives.NameOf(directive.Name))
            {
                case "nchan_group_location":
                    return OfGroup(directive);
                case "nchan_publisher":
                    byHttp |= directive.Arguments.Count == 0 || directive.Arguments.Contains("http");
                    bySocket |= directive.Arguments.Count == 0
                        || directive.Arguments.Any(word => NchanDirectives.TransportOf(word) == "websocket");
                    break;
                case "nchan_subscriber":
                    transports = TransportsOf(directive);
                    break;
                case "nchan_pubsub":
                    // Words that publishers have, up to the first that they have not.
                    var publishers =
                        directive.Arguments.TakeWhile(
                            word => word == "http" || NchanDirectives.TransportOf(word) == "websocket")
                            .ToList();
                    byHttp |= directive.Arguments.Count == 0 || publishers.Contains("http");
                    bySocket |= directive.Arguments.Count == 0 || publishers.Exists(word => word != "http");
                    transports = TransportsOf(directive);
                    break;
                default:
                    return new LocationKinds(ImportedEndpoint.Nothing, directive)
                    {
                        Problem = "Halley has no such location",
                    };
            }
        }

        var because = directives[^1];
        if (transports is null)
        {
            return byHttp
                ? new LocationKinds("nchan_publisher", because)
                : new LocationKinds(ImportedEndpoint.Nothing, because)
                {
                    Problem =
                        "over WebSockets Halley publishes where one may subscribe too, at a location of nchan_pubsub",
                };
        }

        if (transports.Count == 0 || transports.Contains(""))
        {
            return new LocationKinds(ImportedEndpoint.Nothing, because)
            {
                Problem = "it names no transport that Halley has",
            };
        }

        return new LocationKinds(byHttp || bySocket ? "nchan_pubsub" : "nchan_subscriber", because)
        {
            Transports = transports.Order().SequenceEqual(OfDefault.Order()) ? null : transports,
            PublishesByWebSocketAlone = bySocket && !byHttp,
        };
    }

    private static LocationKinds OfGroup(NginxDirective directive)
    {
        var isWhole = directive.Arguments.Count == 0
            || directive.Arguments.Distinct().Order().SequenceEqual(["delete", "get", "set"]);
        return new LocationKinds(isWhole ? "nchan_group" : ImportedEndpoint.Nothing, directive)
        {
            Problem = isWhole ? null : "at a location of Halley's all of get, set and delete can be done",
        };
    }

    private static List<string> TransportsOf(NginxDirective directive)
    {
        var transports = directive.Arguments.Count == 0 ? [.. OfDefault] : new List<string>();
        foreach (var word in directive.Arguments)
        {
            if (word is "none" or "off" or "disabled")
            {
                transports.Clear();
            }
            else
            {
                transports.Add(NchanDirectives.TransportOf(word) ?? "");
            }
        }

        return [.. transports.Distinct()];
    }
}
