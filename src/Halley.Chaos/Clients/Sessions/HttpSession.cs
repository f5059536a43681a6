using System.Net;
using System.Text;
using System.Text.Json;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>
/// A subscriber whose session is an answer that lasts. What it says after it has connected is posted, to whichever
/// server is next; one that says nothing more comes with its place, as a browser does (<c>Last-Event-ID</c>) where
/// there are events.
/// </summary>
internal sealed class HttpSession(
    HttpMessageInvoker http, SessionTransport transport, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence)
    : Subscriber(hearing, address, silence)
{
    // Of the event that is not whole yet.
    private readonly List<byte[]> _data = [];
    private string _id = "";
    private string _lastId = "";

    /// <inheritdoc/>
    protected override async Task ListenAsync(CancellationTokenSource silent)
    {
        var session = new SessionHearing(Hearing, transport);
        using var request = RequestOf(session);
        using var answer = await http.SendAsync(request, silent.Token).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            Refusal = $"{(int)answer.StatusCode} {answer.ReasonPhrase} for {transport.Name}";
            return;
        }

        _data.Clear();
        var body = await answer.Content.ReadAsStreamAsync(silent.Token).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        var length = 0;
        while (session.End is null
            && await body.ReadAsync(buffer.AsMemory(length), silent.Token).ConfigureAwait(false) is var count and > 0)
        {
            HasHeard(silent);
            length = TakeLines(buffer, length + count, line => TakeLine(line, session));
            buffer = Grown(buffer, length);
            if (session.TakeAnswer() is { } said
                && !await TryPostAsync(said, session.Id, silent.Token).ConfigureAwait(false))
            {
                return;
            }
        }

        Refusal = session.IsRefused ? $"{session.End} for {transport.Name}" : Refusal;
    }

    private HttpRequestMessage RequestOf(SessionHearing session)
    {
        var isPlacedByEvent = _lastId.Length > 0;
        var first = isPlacedByEvent ? JsonCodec.ConnectOneWay(Hearing.Channel, place: null) : session.First;
        if (transport.Carrier == Carrier.Lines)
        {
            return new HttpRequestMessage(HttpMethod.Post, Target("http", transport.Target))
            {
                Content = Json(first),
            };
        }

        var path = $"{transport.Target}?cf_connect={Uri.EscapeDataString(Encoding.UTF8.GetString(first))}";
        var request = new HttpRequestMessage(HttpMethod.Get, Target("http", path));
        if (isPlacedByEvent)
        {
            request.Headers.Add("Last-Event-ID", _lastId);
        }

        return request;
    }

    // An event counts when it is whole: a browser shows its id then.
    private void TakeLine(ReadOnlySpan<byte> line, SessionHearing session)
    {
        if (transport.Carrier == Carrier.Lines)
        {
            session.Take(line);
        }
        else if (line.IsEmpty)
        {
            _data.ForEach(data => session.Take(data));
            _lastId = _data.Count > 0 ? _id : _lastId;
            _data.Clear();
        }
        else if (line.StartsWith("id:"u8))
        {
            _id = Encoding.UTF8.GetString(line["id:"u8.Length..].Trim((byte)' '));
        }
        else if (line.StartsWith("data:"u8))
        {
            _data.Add(line["data:"u8.Length..].ToArray());
        }
    }

    private async Task<bool> TryPostAsync(byte[] said, (string Session, string Node) to, CancellationToken silent)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("session", to.Session);
            json.WriteString("node", to.Node);
            json.WriteString("data", said);
            json.WriteEndObject();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, Target("http", "/emulation"))
        {
            Content = Json(bytes.ToArray()),
        };
        using var answer = await http.SendAsync(request, silent).ConfigureAwait(false);

        // Read to its end: the connection serves the next one.
        await answer.Content.CopyToAsync(Stream.Null, silent).ConfigureAwait(false);
        return answer.IsSuccessStatusCode;
    }

    private static ByteArrayContent Json(byte[] bytes) =>
        new(bytes) { Headers = { ContentType = new("application/json") } };
}
