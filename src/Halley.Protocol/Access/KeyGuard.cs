using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// Stands before a handler of publishers and operators: a request that shows no key is refused, unless it comes from an
/// address that needs none.
/// </summary>
/// <param name="keyless">
/// Who needs no key. A request that a proxy has forwarded is never one of these, unless that proxy is trusted to say
/// for whom: else all that reach a proxy on this machine would count as being on it.
/// </param>
public sealed class KeyGuard(IRequestHandler handler, ApiKeys keys, AddressRules keyless) : IRequestHandler
{
    private static readonly ResponseHead Unauthorized = new(
        "401 Unauthorized",
        ["Content-Type: application/json", "WWW-Authenticate: Bearer realm=\"halley\""])
    {
        Closes = true,
    };

    private static ReadOnlySpan<byte> Refusal =>
        """{"error":{"code":"unauthorized","message":"A key is needed here: Authorization: Bearer KEY, or """u8
            + """X-API-Key: KEY, with one of admin.api_keys."}}"""u8;

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        IsAllowed(head, client) && handler.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (IsAllowed(request.Head, exchange))
        {
            handler.Handle(request, exchange);
        }
        else
        {
            exchange.Reply(Unauthorized, Refusal);
        }
    }

    private bool IsAllowed(in RequestHead head, IResponder client) =>
        keys.IsShownBy(head)
        || (keyless.Allows(head, client) && (!IsForwarded(head) || IsNamedByTrusted(head, client)));

    // Of the fields that proxies write, only this one is read to learn for whom they ask.
    private static bool IsNamedByTrusted(in RequestHead head, IResponder client) =>
        Has("X-Forwarded-For"u8, head) && client.TrustedProxies.Include(client.RemoteAddress);

    private static bool IsForwarded(in RequestHead head) =>
        Has("X-Forwarded-For"u8, head) || Has("Forwarded"u8, head) || Has("X-Real-IP"u8, head) || Has("Via"u8, head);

    private static bool Has(ReadOnlySpan<byte> name, in RequestHead head)
    {
        var position = 0;
        return head.TryNextField(name, ref position, out _);
    }
}
