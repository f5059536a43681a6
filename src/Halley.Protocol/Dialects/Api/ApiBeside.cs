using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Api;

/// <summary>The HTTP API under <c>/api/</c>, beside whatever else is served at the same address.</summary>
/// <param name="rules">Who may use the API; the others look after that themselves.</param>
public sealed class ApiBeside(ApiDialect api, AddressRules rules, IRequestHandler others) : IRequestHandler
{
    private static readonly ResponseHead Forbidden =
        new("403 Forbidden", ["Content-Type: application/json"]) { Closes = true };

    private static readonly byte[] Refusal =
        ApiForm.Halley.Whole(ApiAnswer.Refuse(ApiError.Forbidden, "Your address may not come here."));

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        IsOfApi(head.Path) ? rules.Admits(head, client) : others.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (!IsOfApi(request.Path))
        {
            others.Handle(request, exchange);
        }
        else if (rules.Admits(request.Head, exchange))
        {
            api.Handle(request, exchange);
        }
        else
        {
            exchange.Reply(Forbidden, Refusal);
        }
    }

    private static bool IsOfApi(ReadOnlySpan<byte> path) => path.StartsWith("/api/"u8);
}
