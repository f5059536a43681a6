using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;
using Halley.Protocol.Routing;

namespace Halley.Server.Configuration.Listeners;

/// <summary>The keys of an endpoint: what every endpoint has, and what comes out of the tables of dialects.</summary>
internal static class EndpointKeys
{
    /// <summary>
    /// The limit on a body, at endpoints of any kind: a larger one is refused before anybody looks what serves it.
    /// </summary>
    private const string MaxBody = "max_body";

    /// <summary>The conditions under which some requests are served otherwise, at push-stream's endpoints.</summary>
    public const string If = "if";

    private static readonly Option<EndpointSection>[] OfAll =
    [
        new("location", ValueKind.Text, "", _ => [], SetLocation)
        {
            Wants = "a path such as /pub, or a pattern such as ~ ^/sub/(.*)$",
            Check = text => Location.TryParse(text, out _, out _),
        },
        new("kind", ValueKind.Word, "", _ => [], (endpoint, kind) => endpoint.SetKind(kind))
        {
            Wants = $"{string.Join(", ", EndpointKind.ByName.Keys.SkipLast(1))} or {EndpointKind.ByName.Keys.Last()}",
            // A delegate of the interface's own method fails in the native executable.
            Check = kind => EndpointKind.ByName.ContainsKey(kind),
        },
        Rules(SettingKey.Addresses("allow"), endpoint => endpoint.Allow),
        Rules(SettingKey.Addresses("deny"), endpoint => endpoint.Deny),
        .. AuthSection.Table.Select(option => option.Of<EndpointSection>(endpoint => endpoint.OwnAuth)),
        new("internal", ValueKind.Switch, "", _ => [], (endpoint, text) => endpoint.IsInternal = text == "true"),
    ];

    private static readonly Option<EndpointSection> Url =
        new("url", ValueKind.Text, "", _ => [], (endpoint, address) => endpoint.Url = address)
        {
            Wants = "a URL such as http://127.0.0.1:8080/listen?room=$arg_room",
            Check = text => text.Length > 0,
        };

    private static readonly (IEnumerable<string> Kinds, Option<EndpointSection>[] Options)[] OfDialects =
    [
        (
            PushStreamKinds.ByName.Keys,
            [.. EndpointTable.All.Select(option => option.Of<EndpointSection>(endpoint => endpoint.PushStream))]),
        (
            NchanKinds.ByName.Keys,
            [.. NchanTable.All.Select(option => option.Of<EndpointSection>(endpoint => endpoint.Nchan))]),
        (
            ["mini-comet"],
            [.. MiniCometOptions.Table.Select(option => option.Of<EndpointSection>(endpoint => endpoint.MiniComet))]),
        (
            ["centrifugo"],
            [.. CentrifugoOptions.Table.Select(option => option.Of<EndpointSection>(endpoint => endpoint.Centrifugo))]),
        (["backend"], [Url]),
    ];

    /// <summary>All of them by their names; some have the same in two dialects.</summary>
    public static ILookup<string, Option<EndpointSection>> ByName { get; } =
        OfAll.Concat(OfDialects.SelectMany(dialect => dialect.Options)).ToLookup(option => option.Name);

    /// <summary>
    /// Whether a key belongs to nchan's endpoints alone, or to all but them; null where it is everybody's.
    /// </summary>
    public static bool? IsOfNchan(string key)
    {
        var (isNchans, isOthers) = (
            NchanTable.All.Any(option => option.Name == key), EndpointTable.All.Any(option => option.Name == key));
        return OfAll.Any(option => option.Name == key) || (isNchans && isOthers) ? null : isNchans;
    }

    /// <summary>Whether a key changes anything at an endpoint of a kind.</summary>
    public static bool MeansSomethingAt(string kind, string key) =>
        key == MaxBody
        || OfAll.Any(option => option.Name == key)
        || (key == If && PushStreamKinds.ByName.ContainsKey(kind))
        || OfDialects.Any(dialect => dialect.Kinds.Contains(kind)
            && dialect.Options.Any(option => option.Name == key && option.MeansSomethingAt(kind)));

    private static Option<EndpointSection> Rules(SettingKey rule, Func<EndpointSection, List<string>> list) =>
        new(rule.Name, ValueKind.Text, "", list, (endpoint, text) => list(endpoint).Add(text))
        {
            Wants = rule.Wants,
            Check = rule.Accepts,
            IsList = true,
            MayBeOne = false,
        };

    private static void SetLocation(EndpointSection endpoint, string text) =>
        endpoint.Location = Location.TryParse(text, out var location, out _) ? location : null;
}
