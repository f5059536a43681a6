using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;

namespace Halley.Client.Subscribing;

/// <summary>A connection as server-sent events: one HTTP answer that does not end.</summary>
internal sealed class EventStream : IConnection
{
    private readonly HttpResponseMessage _answer;
    private readonly SseParser<WireEvent> _parser;
    private readonly IAsyncEnumerator<SseItem<WireEvent>> _events;

    private EventStream(HttpResponseMessage answer, Stream body, Patience patience)
    {
        _answer = answer;
        _parser = SseParser.Create(body, static (_, data) => WireJson.Read(data));
        _events = _parser.EnumerateAsync(patience.Token).GetAsyncEnumerator(patience.Token);
    }

    public TimeSpan Retry => _parser.ReconnectionInterval;

    /// <exception cref="HalleyException">The subscriber is refused for good.</exception>
    /// <exception cref="Exception">No connection came about.</exception>
    public static async Task<EventStream> OpenAsync(
        HttpClient http, Uri address, Patience patience, TimeProvider time, int maxEventBytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        patience.Begin();
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token)
            .ConfigureAwait(false);
        try
        {
            var retryAfter = RetryAfterField.Read(answer.Headers.RetryAfter, time);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw Refusal.Of(answer.StatusCode, retryAfter);
            }

            if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
            {
                throw new NotLetInException("The answer is no event stream: a proxy's page, perhaps.", retryAfter);
            }

            var body = await answer.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            return new EventStream(answer, new WatchedStream(body, patience, maxEventBytes), patience);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public async Task<WireEvent?> ReadAsync() =>
        await _events.MoveNextAsync().ConfigureAwait(false) ? _events.Current.Data : null;

    // The parser's enumerator holds nothing but the stream, which ends with its answer.
    public void Dispose() => _answer.Dispose();
}
