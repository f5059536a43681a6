using System.Text;
using System.Text.Json;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// <c>/health/live</c> and <c>/health/ready</c>, for balancers and supervisors, beside whatever else is served: live is
/// every process that answers, ready one that can do its work. No key is needed, since neither tells a secret.
/// </summary>
/// <param name="whyNotReady">
/// A sentence for each thing that keeps the server from its work. Any thread; returns at once.
/// </param>
/// <param name="rules">Who may ask.</param>
public sealed class Health(
    Func<IReadOnlyList<string>> whyNotReady, AddressRules rules, IRequestHandler others) : IRequestHandler
{
    private static readonly string[] Fields = ["Content-Type: application/json", "Cache-Control: no-store"];
    private static readonly ResponseHead Good = new("200 OK", Fields);
    private static readonly ResponseHead Bad = new("503 Service Unavailable", Fields);

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => others.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var isReady = request.Path.SequenceEqual("/health/ready"u8);
        if ((!isReady && !request.Path.SequenceEqual("/health/live"u8))
            || request.Method is not (RequestMethod.Get or RequestMethod.Head)
            || !rules.Admits(request.Head, exchange))
        {
            others.Handle(request, exchange);
            return;
        }

        var reasons = isReady ? whyNotReady() : [];
        exchange.Reply(
            reasons.Count == 0 ? Good : Bad,
            reasons.Count == 0
                ? isReady ? "{\"status\":\"ready\"}"u8 : "{\"status\":\"live\"}"u8
                : Encoding.UTF8.GetBytes(
                    $"{{\"status\":\"not ready\",\"reasons\":["
                        + $"{string.Join(',', reasons.Select(reason => $"\"{JsonEncodedText.Encode(reason)}\""))}]}}"));
    }
}
