using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Clients;

/// <summary>Finds the token of a request, and has it verified. Any thread.</summary>
public sealed class AccessTokens
{
    private static readonly Refusal OtherSite = new(
        "403 Forbidden",
        "A page of another site asks this with a cookie: show the token in Authorization, or in the query.");

    private static readonly Refusal Busy = new(
        "503 Service Unavailable", "Too many tokens wait to be verified.", "Retry-After: 1");

    private readonly TokenVerification _verification;
    private readonly TokenSources _sources;

    /// <param name="sources">Where a request may show its token.</param>
    public AccessTokens(ITokenVerifier verifier, TokenSources sources, TimeProvider time)
        : this(new TokenVerification(verifier, time), sources)
    {
    }

    private AccessTokens(TokenVerification verification, TokenSources sources)
    {
        _verification = verification;
        _sources = sources;
        Missing = new Refusal(
            "401 Unauthorized",
            $"A token is needed here: {sources.Wanted}.",
            "WWW-Authenticate: Bearer realm=\"halley\"");
    }

    /// <summary>
    /// The same tokens where requests show them elsewhere: one that was verified is known there, too.
    /// </summary>
    public AccessTokens From(TokenSources sources) => new(_verification, sources);

    /// <summary>Refuses one who shows no token, and says where one is looked for.</summary>
    internal Refusal Missing { get; }

    /// <summary>Refuses one who is not known, and says how to show who one is (RFC 6750).</summary>
    internal static Refusal Unauthorized(string sentence) => new(
        "401 Unauthorized",
        sentence,
        $"WWW-Authenticate: Bearer realm=\"halley\", error=\"invalid_token\", error_description=\"{sentence}\"");

    /// <summary>Reads who asks.</summary>
    /// <param name="claims">Null where no token is shown.</param>
    /// <param name="refusal">Why the token that is shown is not taken.</param>
    /// <returns>False where it is refused, or, without a refusal, postponed.</returns>
    internal bool TryRead(
        in RoutedRequest request, IExchange exchange, out TokenClaims? claims, out Refusal? refusal)
    {
        (claims, refusal) = (null, null);
        var token = _sources.Find(request.Request, out var isAmbient);
        if (token.IsEmpty)
        {
            return true;
        }

        if (isAmbient && OtherSites.IsAsking(request.Request.Head, exchange))
        {
            refusal = OtherSite;
            return false;
        }

        if (!TokenVerification.IsToken(token))
        {
            refusal = TokenVerification.TooLong;
            return false;
        }

        if (!TryVerify(token, exchange, out var verdict))
        {
            return false;
        }

        claims = verdict?.Claims;
        refusal = claims is not null ? null
            : verdict is null ? Busy
            : verdict.IsTemporary ? new Refusal("503 Service Unavailable", verdict.Fault, "Retry-After: 5")
            : Unauthorized(verdict.Fault!);
        return claims is not null;
    }

    /// <inheritdoc cref="TokenVerification.TryVerify"/>
    internal bool TryVerify(ReadOnlySpan<byte> token, IPostponable request, out TokenVerdict? verdict) =>
        _verification.TryVerify(token, request, out verdict);
}
