namespace Halley.Chaos.Clients;

/// <summary>The form of an answer's items.</summary>
internal enum Form
{
    /// <summary>One answer after another.</summary>
    Poll,

    /// <summary>An answer that lasts, with a message in each line.</summary>
    Lines,

    WebSocket,

    /// <summary>An event stream that is resumed by the last event's id.</summary>
    Events,
}

/// <summary>A way to hear a channel of some dialect.</summary>
/// <param name="Target">A path, with <c>{channel}</c>, and <c>{seq}</c> and <c>{epoch}</c> where it takes them.</param>
/// <param name="Listener">Which of a server's addresses it is on: <c>front</c>, or <c>own</c>.</param>
/// <param name="Accept">What a request says that it takes; empty for nothing.</param>
/// <param name="Before">What stands before each message.</param>
/// <param name="After">What stands behind it.</param>
/// <param name="IsTold">Whether it says what is missing, as Halley does.</param>
internal sealed record Transport(
    string Name,
    Form Form,
    string Target,
    string Listener = "front",
    string Accept = "",
    string Before = "",
    string After = "",
    bool IsTold = true)
{
    private const string Place = "&seq={seq}&epoch={epoch}";

    /// <summary>All that Halley has, in all its dialects, where the endpoints are those of OwnConfiguration.</summary>
    public static IReadOnlyList<Transport> OfHalley { get; } =
    [
        new("poll", Form.Poll, "/poll?cname={channel}" + Place),
        new("jsonp", Form.Poll, "/poll?cb=told&cname={channel}" + Place, Before: "told(", After: ");"),
        new("stream", Form.Lines, "/stream?cname={channel}" + Place),
        new("sse", Form.Lines, "/sse?cname={channel}" + Place, Before: "data: "),
        new(
            "iframe",
            Form.Lines,
            "/iframe?cname={channel}" + Place,
            Before: "<script>parent.icomet_cb(",
            After: ");</script>"),
        new("ws", Form.WebSocket, "/ws?cname={channel}" + Place),
        new("push-stream streaming", Form.Lines, "/ps/stream?id={channel}" + Place, "own"),
        new("push-stream eventsource", Form.Lines, "/ps/events?id={channel}" + Place, "own", Before: "data: "),
        new("push-stream long-polling", Form.Poll, "/ps/poll?id={channel}" + Place, "own"),
        new("push-stream websocket", Form.WebSocket, "/ps/ws?id={channel}" + Place, "own"),
        new("nchan long poll", Form.Poll, "/nchan/sub?id={channel}" + Place, "own"),
        new(
            "nchan eventsource", Form.Lines, "/nchan/sub?id={channel}" + Place, "own", "text/event-stream", "data: "),
        new("nchan multipart", Form.Lines, "/nchan/sub?id={channel}" + Place, "own", "multipart/mixed"),
        new("nchan websocket", Form.WebSocket, "/nchan/sub?id={channel}" + Place, "own"),
    ];

    /// <summary>An iComet's, without word of what is missing.</summary>
    public static IReadOnlyList<Transport> OfIComet { get; } =
    [
        new("poll", Form.Poll, "/poll?cname={channel}&seq={seq}", IsTold: false),
        new("stream", Form.Lines, "/stream?cname={channel}&seq={seq}", IsTold: false),
    ];

    /// <summary>Event streams of a server that shows ids: nchan, nginx-push-stream, others.</summary>
    public static IReadOnlyList<Transport> OfEvents(string target) =>
        [new("eventsource", Form.Events, target, Accept: "text/event-stream", IsTold: false)];
}
