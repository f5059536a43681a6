using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>A way to hear the channel 7, of any dialect, in that dialect's own words.</summary>
/// <param name="Request">The request line's beginning and, for a WebSocket, what is asked for.</param>
/// <param name="Sign">Part of what its client reads when <c>hello</c> was published.</param>
/// <param name="Fields">Further fields of the request, each with its line end.</param>
/// <param name="Commands">What the client of a WebSocket says first; or the body of a request.</param>
public sealed record Way(
    string Name, string Request, string Sign, string Fields = "", bool IsWebSocket = false, params string[] Commands)
{
    private const string Connect = """{"id":1,"connect":{"subs":{"7":{}}}}""";

    private static readonly Way[] Ways =
    [
        new("iComet stream", "GET /stream?cname=7&seq=1", "\"content\":\"hello\"}\n"),
        new("iComet sub", "GET /sub?cname=7&seq=1", "\"content\":\"hello\"}\n"),
        new("iComet sse", "GET /sse?cname=7&seq=1", "\"content\":\"hello\"}\n\n"),
        new("iComet iframe", "GET /iframe?cname=7&seq=1", "\"content\":\"hello\"});</script>\n"),
        new("iComet poll", "GET /poll?cname=7&seq=1", "\"content\":\"hello\"}\n"),
        new("iComet jsonp", "GET /poll?cname=7&seq=1&cb=f", "\"content\":\"hello\"});\n"),
        new("iComet websocket", "/ws?cname=7&seq=1", "\"content\":\"hello\"}", IsWebSocket: true),
        new("push-stream streaming", "GET /ps/stream?id=7", "hello"),
        new("push-stream eventsource", "GET /ps/events?id=7", "data: hello\n"),
        new("push-stream long-polling", "GET /ps/poll?id=7", "hello"),
        new("push-stream websocket", "/ps/ws?id=7", "hello", IsWebSocket: true),
        new("nchan long poll", "GET /nchan?id=7", "hello"),
        new("nchan eventsource", "GET /nchan?id=7", "data: hello\n", "Accept: text/event-stream\r\n"),
        new("nchan multipart", "GET /nchan?id=7", "hello", "Accept: multipart/mixed\r\n"),
        new("nchan chunked", "GET /nchan?id=7", "hello", "TE: chunked\r\n"),
        new("nchan websocket", "/nchan?id=7", "hello", IsWebSocket: true),
        new("Centrifugo websocket", "/connection/websocket", "\"data\":\"hello\"", "", true, Connect),
        new("Centrifugo http_stream", "POST /connection/http_stream", "\"data\":\"hello\"", "", false, Connect),
        new("Centrifugo one way", "POST /connection/uni_sse", "\"data\":\"hello\"", "", false, """{"subs":{"7":{}}}"""),
        new("mini", "GET /mini/sub?id=7", "hello"),
    ];

    /// <summary>Whether its answer ends with the first message.</summary>
    public bool IsPoll => Name.Contains("poll", StringComparison.Ordinal) || Name == "iComet jsonp";

    public static TheoryData<string> All => [.. Ways.Select(way => way.Name)];

    /// <summary>Those whose answers last, and that leave others where they are.</summary>
    public static TheoryData<string> Lasting =>
        [.. Ways.Where(way => !way.IsPoll && way.Name != "mini").Select(way => way.Name)];

    public static Way Named(string name) => Ways.Single(way => way.Name == name);

    /// <summary>Subscribes.</summary>
    /// <param name="receiveBuffer">Bytes that the kernel takes for it; null for the usual.</param>
    public async Task<RawHttpClient> OpenAsync(ServedHost host, int? receiveBuffer = null)
    {
        var before = host.Hub.SubscriberCount;
        var client = await RawHttpClient.ConnectAsync(host.EndPoint, receiveBuffer: receiveBuffer);
        if (IsWebSocket)
        {
            await client.SendAsync(RawWebSocket.Handshake(Request, Fields));
            foreach (var command in Commands)
            {
                await client.SendAsync(RawWebSocket.Frame(RawWebSocket.TextFrame, command));
            }
        }
        else
        {
            var body = string.Concat(Commands);
            var length = body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "";
            await client.SendAsync($"{Request} HTTP/1.1\r\nHost: halley\r\n{Fields}{length}\r\n{body}");
        }

        await Eventually.TrueAsync(() => host.Hub.SubscriberCount > before, $"it is subscribed by {Name}");
        return client;
    }
}
