using Microsoft.IdentityModel.Tokens;

namespace Halley.Jwt;

/// <summary>The rules that a JSON Web Token has to meet.</summary>
public sealed record JwtOptions
{
    /// <summary>The keys that are known from the start.</summary>
    public IReadOnlyList<SecurityKey> Keys { get; init; } = [];

    /// <summary>The address of a JSON Web Key Set with further ones; null for none.</summary>
    public Uri? JwksUrl { get; init; }

    /// <summary>The time for which a set is used before it is fetched again. Default ten minutes.</summary>
    public TimeSpan JwksRefresh { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The value that <c>iss</c> must have; empty for any.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>The value that <c>aud</c> must have, alone or among others; empty for any.</summary>
    public string Audience { get; init; } = "";

    /// <summary>The error that the clock of a token's maker may have. Default 30 seconds.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a token must say when it expires. Default yes.</summary>
    public bool RequiresExpiry { get; init; } = true;

    /// <summary>Told, with the reason, that a key set could not be had; any thread.</summary>
    public Action<string>? WhenNotFetched { get; init; }
}
