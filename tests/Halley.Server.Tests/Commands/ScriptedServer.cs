using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Halley.Server.Tests.Commands;

/// <summary>Answers one request after another with what a test wrote down; remembers what was asked.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = [];

    /// <summary>Path and query of each request, and its body behind a space if there is one.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The host of each request.</summary>
    public List<string> Hosts { get; } = [];

    /// <summary>The key that each request shows; empty for none.</summary>
    public List<string> Keys { get; } = [];

    /// <param name="to">What stands in Location; null for none.</param>
    public ScriptedServer SendsOn(string? to, HttpStatusCode status = HttpStatusCode.TemporaryRedirect)
    {
        _answers.Enqueue(() =>
        {
            var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
            if (to is not null)
            {
                answer.Headers.TryAddWithoutValidation("Location", to);
            }

            return answer;
        });
        return this;
    }

    public ScriptedServer Answers(string body, HttpStatusCode status = HttpStatusCode.OK)
    {
        _answers.Enqueue(
            () => new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) });
        return this;
    }

    public ScriptedServer IsNotThere()
    {
        _answers.Enqueue(
            () => throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)));
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? " " + await content.ReadAsStringAsync(cancellationToken) : "";
        Keys.Add(request.Headers.TryGetValues("X-API-Key", out var keys) ? string.Join(' ', keys) : "");
        Hosts.Add(request.RequestUri!.Host);
        Asked.Add(request.RequestUri!.PathAndQuery + body);
        return _answers.Dequeue()();
    }
}
