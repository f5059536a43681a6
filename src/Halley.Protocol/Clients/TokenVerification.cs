using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Clients;

/// <summary>
/// Has tokens verified, each once: what was right is remembered until it expires. Wherever they are read from, they are
/// the same. Any thread.
/// </summary>
internal sealed class TokenVerification(ITokenVerifier verifier, TimeProvider time)
{
    // Of what a request's head may hold: nobody's claims are as long.
    private const int MaxTokenBytes = 16 << 10;

    private const int CacheSize = 8192;

    private const int MaxWaiting = 1024;

    private readonly RecentCache<Known> _cache = new(CacheSize, time);
    private int _waiting;

    /// <summary>Refuses what can be no token.</summary>
    public static Refusal TooLong { get; } =
        AccessTokens.Unauthorized("A token has at most 16384 bytes of printable ASCII.");

    public static bool IsToken(ReadOnlySpan<byte> token) =>
        token.Length <= MaxTokenBytes && !token.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>Verifies a token.</summary>
    /// <param name="verdict">What it is worth; null where too many wait to be verified.</param>
    /// <returns>False where the request is postponed.</returns>
    public bool TryVerify(ReadOnlySpan<byte> token, IPostponable request, out TokenVerdict? verdict)
    {
        if (!IsToken(token))
        {
            verdict = TokenVerdict.Wrong(TooLong.Sentence!);
            return true;
        }

        var key = RecentCache<Known>.KeyOf(token);
        if (_cache.Find(key) is { } known && known.KeyVersion == verifier.KeyVersion)
        {
            verdict = new TokenVerdict(known.Claims);
            return true;
        }

        return request.TryRecall("token"u8, out verdict)
            || request.TryAwait(
                "token"u8,
                new ValueTask<TokenVerdict?>(Verify(Encoding.ASCII.GetString(token), key)),
                out verdict);
    }

    // Null where too many wait already.
    private async Task<TokenVerdict?> Verify(string token, UInt128 key)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            var version = verifier.KeyVersion;
            var verdict = await Task.Run(() => verifier.Verify(token)).ConfigureAwait(false);
            if (verdict.Claims is { } claims)
            {
                // Where the keys have changed meanwhile, it is looked at again.
                _cache.Add(key, new Known(claims, version), claims.Expires);
            }

            return verdict;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private sealed record Known(TokenClaims Claims, int KeyVersion);
}
