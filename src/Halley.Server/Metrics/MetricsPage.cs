using Halley.Protocol;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Server.Metrics;

/// <summary><c>GET /metrics</c>, beside whatever else is served.</summary>
/// <param name="write">Writes all metrics, in Prometheus' text format.</param>
/// <param name="rules">Who may ask; the others look after that themselves.</param>
internal sealed class MetricsPage(Func<Task<byte[]>> write, AddressRules rules, IRequestHandler others)
    : IRequestHandler
{
    private static readonly ResponseHead Good =
        new("200 OK", ["Content-Type: " + PrometheusText.ContentType, "Cache-Control: no-store"]);

    private static readonly ResponseHead Forbidden =
        new("403 Forbidden", ["Content-Type: text/plain; charset=utf-8"]) { Closes = true };

    private static readonly ResponseHead OtherMethod =
        new("405 Method Not Allowed", ["Content-Type: text/plain; charset=utf-8", "Allow: GET, HEAD"]);

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        IsOurs(head.Path) ? rules.Admits(head, client) : others.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (!IsOurs(request.Path))
        {
            others.Handle(request, exchange);
        }
        else if (!rules.Admits(request.Head, exchange))
        {
            exchange.Reply(Forbidden, "Your address may not come here.\n"u8);
        }
        else if (request.Method is not (RequestMethod.Get or RequestMethod.Head))
        {
            exchange.Reply(OtherMethod, "Metrics are read, with GET.\n"u8);
        }
        else if (exchange.TryRecall("metrics"u8, out byte[]? text)
            || exchange.TryAwait("metrics"u8, new ValueTask<byte[]>(write()), out text))
        {
            exchange.Reply(Good, text);
        }
    }

    private static bool IsOurs(ReadOnlySpan<byte> path) => path.SequenceEqual("/metrics"u8);
}
