using System.Text.Json;

namespace Halley.Specifications.Hosts.Told;

/// <summary>The ways in which the pieces of an answer follow each other.</summary>
public enum WireKind
{
    Poll,
    Stream,
    Events,
    WebSocket,
}

/// <summary>
/// A way to hear a channel, of any dialect: where it is asked for, and what it puts around the objects.
/// </summary>
/// <param name="Target">Behind which the position is written.</param>
/// <param name="IsFront">Whether it is on iComet's front port, rather than on a listener of the operator's own.</param>
/// <param name="Fields">Fields of the request, each with its line end.</param>
public sealed record Wire(string Name, WireKind Kind, string Target, bool IsFront = true, string Fields = "")
{
    /// <summary>The endpoints that the wires beside iComet's need.</summary>
    public const string Endpoints = """
        { "location": "/ps/stream", "kind": "streaming", "channels_path": "$arg_id" },
        { "location": "/ps/events", "kind": "eventsource", "channels_path": "$arg_id" },
        { "location": "/ps/poll", "kind": "long-polling", "channels_path": "$arg_id" },
        { "location": "/ps/ws", "kind": "websocket", "channels_path": "$arg_id" },
        { "location": "/nchan", "kind": "nchan_subscriber", "nchan_channel_id": "$arg_id" }
        """;

    private static readonly Wire[] Wires =
    [
        new("poll", WireKind.Poll, "/poll?cname={0}"),
        new("jsonp", WireKind.Poll, "/poll?cname={0}&cb=f"),
        new("stream", WireKind.Stream, "/stream?cname={0}"),
        new("sse", WireKind.Events, "/sse?cname={0}"),
        new("iframe", WireKind.Stream, "/iframe?cname={0}"),
        new("ws", WireKind.WebSocket, "/ws?cname={0}"),
        new("push-stream streaming", WireKind.Stream, "/ps/stream?id={0}", IsFront: false),
        new("push-stream eventsource", WireKind.Events, "/ps/events?id={0}", IsFront: false),
        new("push-stream long-polling", WireKind.Poll, "/ps/poll?id={0}", IsFront: false),
        new("push-stream jsonp", WireKind.Poll, "/ps/poll?id={0}&callback=f", IsFront: false),
        new("push-stream websocket", WireKind.WebSocket, "/ps/ws?id={0}", IsFront: false),
        new("nchan long poll", WireKind.Poll, "/nchan?id={0}", IsFront: false),
        new("nchan eventsource", WireKind.Events, "/nchan?id={0}", IsFront: false, "Accept: text/event-stream\r\n"),
        new("nchan multipart", WireKind.Stream, "/nchan?id={0}", IsFront: false, "Accept: multipart/mixed\r\n"),
        new("nchan websocket", WireKind.WebSocket, "/nchan?id={0}", IsFront: false),
    ];

    public static IEnumerable<string> Names => Wires.Select(wire => wire.Name);

    public static TheoryData<string> All => [.. Names];

    /// <summary>Those on iComet's front port.</summary>
    public static TheoryData<string> OfFront => [.. Wires.Where(wire => wire.IsFront).Select(wire => wire.Name)];

    public static Wire Named(string name) => Wires.Single(wire => wire.Name == name);

    /// <summary>
    /// The objects in a piece of an answer, in their order; none in the page that an iframe begins with.
    /// </summary>
    public static IReadOnlyList<JsonElement> ObjectsIn(string piece)
    {
        var (start, end) = (piece.IndexOfAny(['{', '[']), piece.LastIndexOfAny(['}', ']']));
        if (start < 0 || piece.StartsWith("<html", StringComparison.Ordinal) || piece.StartsWith(':'))
        {
            return [];
        }

        var json = JsonDocument.Parse(piece[start..(end + 1)]).RootElement;
        return json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray()] : [json];
    }

    /// <summary>The id of an event; null where the piece has none.</summary>
    public static string? EventIdOf(string piece) =>
        piece.StartsWith("id: ", StringComparison.Ordinal)
            ? piece[4..piece.IndexOf('\n', StringComparison.Ordinal)]
            : null;
}
