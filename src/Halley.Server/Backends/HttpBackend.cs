using System.Net;
using System.Text;
using Halley.Protocol.Backends;

namespace Halley.Server.Backends;

/// <summary>
/// Asks the operator's backend over HTTP, with connections that are kept, on the thread pool. So many questions at a
/// time, so many more that wait, and answers no longer than is allowed; redirects are not followed, cookies not kept,
/// proxies of the environment not used.
/// </summary>
internal sealed class HttpBackend : IBackend, IDisposable
{
    private const int MaxHeadKiB = 32;

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    // What the client's own connection, and ours to the backend, are about.
    private static readonly HashSet<string> NotPassed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Date", "Keep-Alive", "Proxy-Connection", "Server", "Trailer",
        "Transfer-Encoding", "Upgrade",
    };

    private readonly HttpClient _client;
    private readonly BackendPlaces _places;
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _maxAnswerBytes;

    public HttpBackend(BackendOptions options)
    {
        _places = new BackendPlaces(options);
        _maxAnswerBytes = options.MaxAnswerBytes;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = options.MaxConcurrent,
            MaxResponseHeadersLength = MaxHeadKiB,
            PooledConnectionLifetime = ConnectionLifetime,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public Action Ask(BackendRequest request, IDispatcher dispatcher, Action<BackendAnswer> whenAnswered)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var question = new Question(request, dispatcher, whenAnswered, patience);
        patience.Token.UnsafeRegister(_ => OnTimeUp(question), null);
        patience.CancelAfter(request.Timeout);
        if (_places.Enter(question, out var refused))
        {
            Begin(question);
        }
        else if (patience.IsCancellationRequested)
        {
            OnTimeUp(question);
        }

        refused?.Tell(BackendAnswer.Without(BackendOutcome.TooBusy));
        refused?.Dispose();
        return () => _places.GiveUp(question);
    }

    /// <summary>Asks at once, whoever waits: for who has a backend of its own.</summary>
    public async Task<BackendAnswer> Ask(BackendRequest request, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellation);
        patience.CancelAfter(request.Timeout);
        return await AskAsync(request, patience.Token).ConfigureAwait(false);
    }

    /// <summary>Gives up what is under way.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _client.Dispose();
    }

    private void Begin(Question question) => _ = Task.Run(async () =>
    {
        var answer = await AskAsync(question.Request, question.Patience.Token);
        var next = _places.Leave(question);
        question.Dispose();
        question.Tell(answer);
        next?.ForEach(Begin);
    });

    // One that is under way hears it itself.
    private void OnTimeUp(Question question)
    {
        if (_places.LeaveQueue(question))
        {
            question.Dispose();
            question.Tell(BackendAnswer.Without(BackendOutcome.TimedOut));
        }
    }

    private async Task<BackendAnswer> AskAsync(BackendRequest request, CancellationToken patience)
    {
        try
        {
            using var message = MessageOf(request);
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience);

            // 101 without having been asked to: passed on, it would make a tunnel of the client's connection.
            var isAnswer = response.StatusCode >= HttpStatusCode.OK;
            var body = isAnswer ? await ReadAsync(response, patience) : null;
            return body is null
                ? BackendAnswer.Without(BackendOutcome.Failed)
                : new BackendAnswer(
                    BackendOutcome.Answered,
                    (int)response.StatusCode,
                    response.ReasonPhrase ?? "",
                    FieldsOf(response),
                    body);
        }
        catch (OperationCanceledException)
        {
            return BackendAnswer.Without(BackendOutcome.TimedOut);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return BackendAnswer.Without(BackendOutcome.Failed);
        }
    }

    private static HttpRequestMessage MessageOf(BackendRequest request)
    {
        // Sent as it is: what is encoded in it must not be decoded, nor dots be walked up.
        var address = new Uri(
            request.Url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request.Method), address)
        {
            Content = request.Body is null ? null : new ByteArrayContent(request.Body),
        };
        foreach (var (name, value) in request.Fields)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    // Null where it is longer than is allowed.
    private async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentLength > _maxAnswerBytes)
        {
            return null;
        }

        using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var piece = new byte[8192];
        while (await stream.ReadAsync(piece, cancellation) is var count and > 0)
        {
            if (body.Length + count > _maxAnswerBytes)
            {
                return null;
            }

            body.Write(piece, 0, count);
        }

        return body.ToArray();
    }

    private static List<(string Name, string Value)> FieldsOf(HttpResponseMessage response) =>
    [
        .. response.Headers.Concat(response.Content.Headers)
            .Where(field => !NotPassed.Contains(field.Key))
            .SelectMany(field => field.Value.Select(value => (field.Key, value))),
    ];
}

/// <summary>The limits on what is asked of backends at a time.</summary>
/// <param name="MaxConcurrent">Questions under way; as many connections to one backend.</param>
/// <param name="MaxWaiting">
/// Questions that wait for one of them to end; a further one is answered with 503 at once.
/// </param>
/// <param name="MaxAnswerBytes">The longest body of an answer; a longer one counts as none.</param>
/// <param name="MaxPerClient">Questions under way that are asked for the requests of one client.</param>
internal sealed record BackendOptions(int MaxConcurrent, int MaxWaiting, int MaxAnswerBytes, int MaxPerClient);
