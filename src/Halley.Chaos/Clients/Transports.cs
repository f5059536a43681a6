using Halley.Chaos.Clients.Sessions;

namespace Halley.Chaos.Clients;

/// <summary>The transports of each kind of server.</summary>
internal static class Transports
{
    private const string Place = "&seq={seq}&epoch={epoch}";

    /// <summary>Those of Halley's front.</summary>
    public static IReadOnlyList<Transport> OfFront { get; } =
    [
        new RequestTransport("poll", Form.Poll, "/poll?cname={channel}" + Place),
        new RequestTransport(
            "jsonp", Form.Poll, "/poll?cb=told&cname={channel}" + Place, Before: "told(", After: ");"),
        new RequestTransport("stream", Form.Lines, "/stream?cname={channel}" + Place),
        new RequestTransport("sse", Form.Lines, "/sse?cname={channel}" + Place, Before: "data: "),
        new RequestTransport(
            "iframe",
            Form.Lines,
            "/iframe?cname={channel}" + Place,
            Before: "<script>parent.icomet_cb(",
            After: ");</script>"),
        new RequestTransport("ws", Form.WebSocket, "/ws?cname={channel}" + Place),
    ];

    /// <summary>All that Halley has, in all its dialects, where the endpoints are those of OwnConfiguration.</summary>
    public static IReadOnlyList<Transport> OfHalley { get; } =
    [
        .. OfFront,
        new RequestTransport("push-stream streaming", Form.Lines, "/ps/stream?id={channel}" + Place, "own"),
        new RequestTransport(
            "push-stream eventsource", Form.Lines, "/ps/events?id={channel}" + Place, "own", Before: "data: "),
        new RequestTransport("push-stream long-polling", Form.Poll, "/ps/poll?id={channel}" + Place, "own"),
        new RequestTransport("push-stream websocket", Form.WebSocket, "/ps/ws?id={channel}" + Place, "own"),
        new RequestTransport("nchan long poll", Form.Poll, "/nchan/sub?id={channel}" + Place, "own"),
        new RequestTransport(
            "nchan eventsource", Form.Lines, "/nchan/sub?id={channel}" + Place, "own", "text/event-stream", "data: "),
        new RequestTransport(
            "nchan multipart", Form.Lines, "/nchan/sub?id={channel}" + Place, "own", "multipart/mixed"),
        new RequestTransport("nchan websocket", Form.WebSocket, "/nchan/sub?id={channel}" + Place, "own"),
        .. OfCentrifugo("own"),
        new SessionTransport(
            "centrifugo uni_websocket", Carrier.WebSocket, "/connection/uni_websocket", "own", IsOneWay: true),
        new SessionTransport(
            "centrifugo uni_http_stream", Carrier.Lines, "/connection/uni_http_stream", "own", IsOneWay: true),
        new SessionTransport("centrifugo uni_sse", Carrier.Events, "/connection/uni_sse", "own", IsOneWay: true),
    ];

    /// <summary>An iComet's, without word of what is missing.</summary>
    public static IReadOnlyList<Transport> OfIComet { get; } =
    [
        new RequestTransport("poll", Form.Poll, "/poll?cname={channel}&seq={seq}", IsTold: false),
        new RequestTransport("stream", Form.Lines, "/stream?cname={channel}&seq={seq}", IsTold: false),
    ];

    /// <summary>Event streams of a server that shows ids: nchan, nginx-push-stream, others.</summary>
    public static IReadOnlyList<Transport> OfEvents(string target) =>
        [new RequestTransport("eventsource", Form.Events, target, Accept: "text/event-stream", IsTold: false)];

    /// <summary>Sessions of Centrifugo's SDKs.</summary>
    /// <param name="path">Their paths begin with it.</param>
    public static IReadOnlyList<Transport> OfCentrifugo(string listener, string path = "/connection/") =>
    [
        new SessionTransport("centrifugo websocket", Carrier.WebSocket, path + "websocket", listener),
        new SessionTransport(
            "centrifugo protobuf", Carrier.WebSocket, path + "websocket?format=protobuf", listener, IsBinary: true),
        new SessionTransport("centrifugo http_stream", Carrier.Lines, path + "http_stream", listener),
        new SessionTransport("centrifugo sse", Carrier.Events, path + "sse", listener),
    ];
}
