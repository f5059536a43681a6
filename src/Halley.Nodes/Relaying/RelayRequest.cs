using System.Net.WebSockets;
using System.Text;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Relaying;

/// <summary>What the node that has a channel is told of a subscriber that came to another one.</summary>
/// <param name="LastEventId">Null where it sent none.</param>
/// <param name="Client">Who asks, with whoever asked for it before.</param>
internal sealed record RelayRequest(string? LastEventId, string Client)
{
    /// <summary>A node that gets it relays no further: nodes that disagree would ask each other without end.</summary>
    public const string Mark = "X-Halley-Relayed";

    private const string ForwardedFor = "X-Forwarded-For";

    // What is about the connection, and what the host writes itself.
    private static readonly HashSet<string> NotPassed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Date", "Keep-Alive", "Proxy-Connection", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    public static RelayRequest Of(in HttpRequest request, IExchange exchange) => new(
        request.TryField("Last-Event-ID"u8, out var id) ? Encoding.Latin1.GetString(id) : null,
        exchange.ClientOf(request.Head).ToString());

    public HttpRequestMessage ToMessage(string url)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        message.Headers.TryAddWithoutValidation(Mark, "1");
        message.Headers.TryAddWithoutValidation(ForwardedFor, Client);
        if (LastEventId is not null)
        {
            message.Headers.TryAddWithoutValidation("Last-Event-ID", LastEventId);
        }

        return message;
    }

    public void AddTo(ClientWebSocketOptions options)
    {
        options.SetRequestHeader(Mark, "1");
        options.SetRequestHeader(ForwardedFor, Client);
    }

    /// <summary>The head of the other node's answer, for the client.</summary>
    public static ResponseHead HeadOf(HttpResponseMessage answer) => new(
        $"{(int)answer.StatusCode} {answer.ReasonPhrase}",
        [
            .. answer.Headers.Concat(answer.Content.Headers)
                .Where(field => !NotPassed.Contains(field.Key))
                .SelectMany(field => field.Value.Select(value => $"{field.Key}: {value}")),
        ])
    {
        SaysKeepAlive = true,
    };
}
