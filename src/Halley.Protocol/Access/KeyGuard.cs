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
/// <param name="perSecond">How many requests a second each key is good for; 0 for as many as come.</param>
/// <param name="reading">Keys that let their holder look, and do no more; null for none.</param>
public sealed class KeyGuard(
    IRequestHandler handler,
    ApiKeys keys,
    AddressRules keyless,
    int perSecond = 0,
    TimeProvider? time = null,
    ReadingKeys? reading = null)
    : IRequestHandler
{
    private const int MostKeys = 10_000;

    private readonly ReadingKeys _reading = reading ?? ReadingKeys.None;

    private static readonly ResponseHead OnlyLooks = new("403 Forbidden", ["Content-Type: application/json"]);

    private readonly TokenBuckets<int>? _requests =
        perSecond > 0 ? new(perSecond, MostKeys, time ?? TimeProvider.System) : null;

    private static readonly ResponseHead TooMany = new(
        "429 Too Many Requests", ["Content-Type: application/json", "Retry-After: 1"]);

    private static readonly ResponseHead Unauthorized = new(
        "401 Unauthorized",
        ["Content-Type: application/json", "WWW-Authenticate: Bearer realm=\"halley\""])
    {
        Closes = true,
    };

    private static ReadOnlySpan<byte> Looking =>
        """{"error":{"code":"forbidden","message":"This key only looks (admin.read_only_keys)."}}"""u8;

    private static ReadOnlySpan<byte> TooOften =>
        """{"error":{"code":"too_many_requests","message":"There are too many requests with this key."}}"""u8;

    private static ReadOnlySpan<byte> Refusal =>
        """{"error":{"code":"unauthorized","message":"A key is needed here: Authorization: Bearer KEY, or """u8
            + """X-API-Key: KEY, with one of admin.api_keys."}}"""u8;

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) =>
        (keys.IsShownBy(head) || NeedsNone(head, client) || _reading.Keys.IsShownBy(head))
        && handler.Admits(head, client);

    /// <summary>Whether a request may change something, rather than look.</summary>
    public bool MayChange(in HttpRequest request, IResponder client) =>
        keys.IsShownBy(request.Head) || NeedsNone(request.Head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var key = keys.Find(request.Head);
        var onlyLooks = key < 0 && !NeedsNone(request.Head, exchange);
        if (onlyLooks && _reading.Keys.Find(request.Head) is var reader)
        {
            // Counted apart from the others.
            key = reader < 0 ? -1 : MostKeys - 1 - reader;
        }

        if (onlyLooks && key < 0)
        {
            exchange.Reply(Unauthorized, Refusal);
        }
        else if (onlyLooks && !_reading.Lets(request.Path))
        {
            exchange.Reply(OnlyLooks, Looking);
        }
        else if (key >= 0 && exchange.Postponed is null && _requests?.TryTake(key) == false)
        {
            // One that was postponed has been counted.
            exchange.Reply(TooMany, TooOften);
        }
        else
        {
            handler.Handle(request, exchange);
        }
    }

    private bool NeedsNone(in RequestHead head, IResponder client) =>
        keyless.Allows(head, client) && (!IsForwarded(head) || IsNamedByTrusted(head, client));

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
