namespace Halley.Load.Wire;

/// <summary>The way to talk to one kind of server: what --server NAME sets, and other options change.</summary>
/// <param name="Name">As an operator writes it.</param>
/// <param name="Subscribe">A URL for each transport; {front} is the address of the port for subscribers.</param>
/// <param name="Publish">{admin} is the address of the port for publishers.</param>
internal sealed record ServerKind(string Name, IReadOnlyDictionary<Transport, string> Subscribe, string Publish)
{
    /// <summary>A URL that publishes to all channels; empty: it has none.</summary>
    public string Broadcast { get; init; } = "";

    /// <summary>Ports where nothing else is said.</summary>
    public int FrontPort { get; init; } = 80;

    public int AdminPort { get; init; } = 80;

    public string Accepted { get; init; } = "";

    public string Refusal { get; init; } = "";

    /// <summary>A header line by which a subscriber asks for a stream; empty: the URL says it.</summary>
    public string StreamHeader { get; init; } = "";

    /// <summary>The text that a subscriber sends over its WebSocket to get a channel.</summary>
    public string Hello { get; init; } = "";

    public bool IsPollHeldAtHead { get; init; }

    public static IReadOnlyList<ServerKind> All { get; } =
    [
        IComet("halley", [Transport.Stream, Transport.Sse, Transport.Poll, Transport.WebSocket]),
        IComet("icomet", [Transport.Stream, Transport.Sse, Transport.Poll]),
        IComet("floor", [Transport.Stream, Transport.Poll]) with { Broadcast = "" },
        new("push-stream", Everywhere("http://{front}/sub/{channel}"), "http://{admin}/pub?id={channel}"),
        new("nchan", Everywhere("http://{front}/sub/{channel}"), "http://{admin}/pub/{channel}")
        {
            StreamHeader = "TE: chunked",
        },
        new(
            "sse",
            One(Transport.Sse, "http://{front}/events?channel={channel}"),
            "http://{admin}/publish?channel={channel}"),
        new(
            "signalr",
            One(Transport.SignalR, "ws://{front}/hub?channel={channel}"),
            "http://{admin}/publish?channel={channel}"),
        new(
            "socketio",
            One(Transport.SocketIo, "ws://{front}/socket.io/?EIO=4&transport=websocket&channel={channel}"),
            "http://{admin}/publish?channel={channel}")
        {
            Hello = "42[\"subscribe\",\"{channel}\"]",
        },
    ];

    /// <exception cref="LoadException">There is none of this name.</exception>
    public static ServerKind Find(string name) =>
        All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new LoadException(
            $"--server is \"{name}\"; it wants one of {string.Join(", ", All.Select(kind => kind.Name))}, or leave it "
                + "out and give --subscribe and --publish");

    /// <exception cref="LoadException">It does not serve that transport.</exception>
    public string SubscribeUrl(Transport transport, string front) =>
        Subscribe.TryGetValue(transport, out var url)
            ? url.Replace("{front}", front, StringComparison.Ordinal)
            : throw new LoadException(
                $"--transport is {TransportNames.Of(transport)}, for which {Name} has no URL here; "
                    + $"it wants {TransportNames.List(Subscribe.Keys)}, or give --subscribe");

    private static ServerKind IComet(string name, Transport[] transports) => new(
        name,
        transports.ToDictionary(
            transport => transport,
            transport => transport == Transport.WebSocket
                ? "ws://{front}/ws?cname={channel}&seq={seq}"
                : $"http://{{front}}/{TransportNames.Of(transport)}?cname={{channel}}&seq={{seq}}"),
        "http://{admin}/push?cname={channel}&content={message}")
    {
        Broadcast = "http://{admin}/broadcast?content={message}",
        FrontPort = 8100,
        AdminPort = 8000,
        Accepted = "ok",
        Refusal = "{\"type\":\"4",
        IsPollHeldAtHead = true,
    };

    private static Dictionary<Transport, string> One(Transport transport, string url) => new() { [transport] = url };

    private static Dictionary<Transport, string> Everywhere(string url) => new()
    {
        [Transport.Stream] = url,
        [Transport.Sse] = url,
        [Transport.Poll] = url,
        [Transport.WebSocket] = url.Replace("http:", "ws:", StringComparison.Ordinal),
    };
}
