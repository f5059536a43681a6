using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Halley.Client.Tests;

/// <summary>
/// What answers an HttpClient: each request the next answer of a script. The last one stands for all later.
/// </summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();

    /// <summary>What was asked: method, path and query.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The bodies of what was asked.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>The field Authorization of what was asked.</summary>
    public ConcurrentQueue<string?> Shown { get; } = new();

    public ScriptedServer Then(Func<HttpResponseMessage> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public ScriptedServer Then(HttpStatusCode status, string body, params (string Name, string Value)[] fields) =>
        Then(() => Answer(status, "application/json", body, fields));

    /// <summary>An event stream that says this, and ends.</summary>
    public ScriptedServer ThenEvents(params string[] data) => ThenStream(Events(data));

    public ScriptedServer ThenStream(string text) => Then(() => Answer(HttpStatusCode.OK, "text/event-stream", text));

    /// <summary>An event stream that says this, and then whatever is written to the pipe.</summary>
    public ScriptedServer ThenHeld(Pipe pipe) => Then(() =>
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(pipe.Reader.AsStream()) };
        answer.Content.Headers.ContentType = new("text/event-stream");
        return answer;
    });

    /// <summary>The connection breaks before there is an answer.</summary>
    public ScriptedServer ThenBreaks(HttpRequestError error = HttpRequestError.ResponseEnded) =>
        Then(() => throw new HttpRequestException(error, "The connection broke."));

    public static string Events(params string[] data) => string.Concat(data.Select(one => $"data: {one}\n\n"));

    public static HttpResponseMessage Answer(
        HttpStatusCode status, string type, string body, params (string Name, string Value)[] fields)
    {
        var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
        foreach (var (name, value) in fields)
        {
            answer.Headers.Add(name, value);
        }

        return answer;
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        Shown.Enqueue(request.Headers.Authorization?.ToString());
        Said.Enqueue(request.Content is { } body ? await body.ReadAsStringAsync(cancellationToken) : "");
        return (_answers.Count > 1 ? _answers.Dequeue() : _answers.Peek())();
    }
}
