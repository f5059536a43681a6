using Halley.Protocol.Clients;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Tokens that are what a test says, each by its own word.</summary>
internal sealed class FakeTokens : ITokenVerifier
{
    private readonly Dictionary<string, TokenVerdict> _known = [];
    private readonly TaskCompletionSource _gate = new();

    public int KeyVersion => 1;

    /// <summary>Whether verdicts wait until <see cref="Open"/>.</summary>
    public bool IsSlow { get; init; }

    public TokenClaims this[string token]
    {
        set => _known[token] = new TokenVerdict(value);
    }

    public void Expired(string token) => _known[token] = TokenVerdict.Wrong("over") with { IsExpired = true };

    public void Open() => _gate.TrySetResult();

    public async Task<TokenVerdict> Verify(string token)
    {
        if (IsSlow)
        {
            await _gate.Task;
        }

        return _known.GetValueOrDefault(token) ?? TokenVerdict.Wrong("unknown");
    }

    public static TokenClaims Of(string user, DateTimeOffset? expires = null, params string[] subscribe) =>
        new(user, null, null, null, expires, new ChannelPatterns(subscribe), new ChannelPatterns(subscribe));

    public static TokenClaims For(string user, string channel, DateTimeOffset? expires = null) =>
        new(user, null, null, null, expires, null, null)
        {
            Grant = new GrantedSubscription(channel.Utf8(), null, null) { Expires = expires },
        };
}
