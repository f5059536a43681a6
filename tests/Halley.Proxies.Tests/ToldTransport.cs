namespace Halley.Proxies.Tests;

/// <summary>A way to hear a channel, of any dialect, by which one is told whole or what is missing.</summary>
/// <param name="Target">Behind which channel and place are written.</param>
/// <param name="IsFront">Whether it is on iComet's front, rather than on the nodes' own listeners.</param>
/// <param name="Accept">What a request says that it takes; empty for nothing.</param>
internal sealed record ToldTransport(
    string Name,
    ToldTransport.Form Kind,
    string Target,
    bool IsFront = true,
    string Accept = "",
    string Before = "",
    string After = "")
{
    internal enum Form
    {
        Poll,
        Lines,
        WebSocket,
    }

    /// <summary>The endpoints of the nodes' own listeners: where they are heard, and two to publish at.</summary>
    public static object[] Endpoints { get; } =
    [
        new { location = "/ps/stream", kind = "streaming", channels_path = "$arg_id", ping_message_interval = "2s" },
        new { location = "/ps/events", kind = "eventsource", channels_path = "$arg_id", ping_message_interval = "2s" },
        new { location = "/ps/ws", kind = "websocket", channels_path = "$arg_id", ping_message_interval = "2s" },
        new
        {
            location = "/ps/poll",
            kind = "long-polling",
            channels_path = "$arg_id",
            longpolling_connection_ttl = "2s",
        },
        new
        {
            location = "/ps/pub",
            kind = "publisher",
            channels_path = "$arg_id",
            store_messages = true,
            allow = Everybody,
        },
        new { location = "/nchan/sub", kind = "nchan_subscriber", nchan_channel_id = "$arg_id" },
        new
        {
            location = "/nchan/pub",
            kind = "nchan_publisher",
            nchan_channel_id = "$arg_id",
            nchan_message_buffer_length = 1000,
            nchan_message_timeout = "10m",
            allow = Everybody,
        },
    ];

    public static ToldTransport[] All { get; } =
    [
        new("poll", Form.Poll, "poll?cname="),
        new("jsonp", Form.Poll, "poll?cb=told&cname=", Before: "told(", After: ");"),
        new("stream", Form.Lines, "stream?cname="),
        new("sse", Form.Lines, "sse?cname=", Before: "data: "),
        new("iframe", Form.Lines, "iframe?cname=", Before: "<script>parent.icomet_cb(", After: ");</script>"),
        new("ws", Form.WebSocket, "ws?cname="),
        new("push-stream streaming", Form.Lines, "ps/stream?id=", IsFront: false),
        new("push-stream eventsource", Form.Lines, "ps/events?id=", IsFront: false, Before: "data: "),
        new("push-stream long-polling", Form.Poll, "ps/poll?id=", IsFront: false),
        new("push-stream websocket", Form.WebSocket, "ps/ws?id=", IsFront: false),
        new("nchan long poll", Form.Poll, "nchan/sub?id=", IsFront: false),
        new("nchan eventsource", Form.Lines, "nchan/sub?id=", IsFront: false, "text/event-stream", "data: "),
        new("nchan multipart", Form.Lines, "nchan/sub?id=", IsFront: false, "multipart/mixed"),
        new("nchan websocket", Form.WebSocket, "nchan/sub?id=", IsFront: false),
    ];

    private static string[] Everybody => ["127.0.0.1"];

    /// <summary>Asks for what comes from a place on.</summary>
    public async Task<Subscriber> OpenAsync(ProxyBeforeNodes proxy, string channel, string epoch, long seq)
    {
        var client = proxy.Client();
        if (Accept.Length > 0)
        {
            client.DefaultRequestHeaders.Accept.ParseAdd(Accept);
        }

        var target = $"{Target}{channel}&seq={seq}&epoch={epoch}";
        switch (Kind)
        {
            case Form.Poll:
                return new PollSubscriber(client, Target + channel, Before.TrimEnd('('), epoch, seq);
            case Form.Lines:
                return new StreamSubscriber(client, target, Before, After);
            default:
                using (client)
                {
                    var handler = new SocketsHttpHandler { UseProxy = false };
                    return await SocketSubscriber.OpenAsync(
                        new Uri(client.BaseAddress!, target), handler, overHttp2: false);
                }
        }
    }
}
