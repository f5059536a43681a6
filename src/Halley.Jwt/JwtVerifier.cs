using System.Globalization;
using System.Text.Json;
using Halley.Protocol.Clients;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Halley.Jwt;

/// <summary>
/// Verifies JSON Web Tokens with the library that ASP.NET Core does it with, and reads what they say of their user and
/// channels. Any thread.
/// </summary>
public sealed class JwtVerifier : ITokenVerifier
{
    /// <summary>The most characters that a user's name, or a token's own, may have.</summary>
    public const int MaxUserLength = 255;

    // Of the year 9000: a skew added is still a date.
    private const double MostSeconds = 221_845_392_000;

    private static readonly TokenVerdict NoKeys = new(null, "The keys of tokens cannot be fetched now.", true);

    // Signatures that are computed at a time, of the whole process. A request that waits for keys has none of them.
    private static readonly SemaphoreSlim Places = new(Environment.ProcessorCount);

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = 32 << 10 };
    private readonly JwtOptions _options;
    private readonly KeyRing _keys;
    private readonly TimeProvider _time;

    /// <param name="fetch">Fetches a key set; fails where it cannot be had.</param>
    public JwtVerifier(JwtOptions options, Func<Uri, Task<string>> fetch, TimeProvider time)
    {
        _options = options;
        _keys = new KeyRing(options, fetch, time);
        _time = time;
    }

    /// <inheritdoc/>
    public int KeyVersion => _keys.Version;

    /// <inheritdoc/>
    public async Task<TokenVerdict> Verify(string token)
    {
        if (!TryRead(token, out var read))
        {
            return TokenVerdict.Wrong("The token is no JSON Web Token.");
        }

        // With the keys that there are, first: whoever publishes others may not answer.
        var renewal = _keys.Renew(read.Kid is { Length: > 0 } kid ? kid : null);
        var result = await Validate(token).ConfigureAwait(false);
        if (!result.IsValid && renewal is not null)
        {
            await renewal.ConfigureAwait(false);
            result = await Validate(token).ConfigureAwait(false);
        }

        return result.IsValid
            ? ReadClaims((JsonWebToken)result.SecurityToken)
            : _keys.IsWanting ? NoKeys
            : IsOfWrongTime(result.Exception) ? OfWrongTime(read)
            : TokenVerdict.Wrong(SentenceFor(result.Exception));
    }

    private static bool IsOfWrongTime(Exception? fault) =>
        fault is SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException
            or SecurityTokenNotYetValidException or SecurityTokenNoExpirationException;

    // The signature is right where only the time is wrong: it is verified before. So its times may be told.
    private TokenVerdict OfWrongTime(JsonWebToken token)
    {
        if (token.ValidTo == default && _options.RequiresExpiry)
        {
            return TokenVerdict.Wrong(
                "The token does not say when it expires: it has no exp, a number of seconds since 1970.");
        }

        var isOver = token.ValidTo != default
            && token.ValidTo <= _time.GetUtcNow().UtcDateTime - _options.ClockSkew;
        return TokenVerdict.Wrong(isOver
            ? $"The token expired at {token.ValidTo:yyyy-MM-dd HH:mm:ss} UTC."
            : $"The token is not valid before {token.ValidFrom:yyyy-MM-dd HH:mm:ss} UTC.") with
        {
            IsExpired = isOver,
        };
    }

    private async Task<TokenValidationResult> Validate(string token)
    {
        await Places.WaitAsync().ConfigureAwait(false);
        try
        {
            return await _handler.ValidateTokenAsync(token, RulesFor(_keys.Known)).ConfigureAwait(false);
        }
        finally
        {
            Places.Release();
        }
    }

    private bool TryRead(string token, out JsonWebToken read)
    {
        read = null!;
        try
        {
            read = _handler.ReadJsonWebToken(token);

            // RFC 7515, 4.1.11: what is critical there has to be known, or refused. We know nothing of the kind.
            return !read.IsEncrypted && !read.TryGetHeaderValue<object>("crit", out _);
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException)
        {
            return false;
        }
    }

    private TokenValidationParameters RulesFor(IReadOnlyList<SecurityKey> keys) => new()
    {
        IssuerSigningKeys = keys,
        ValidAlgorithms = keys.SelectMany(SigningKeys.AlgorithmsOf).Distinct(),
        RequireSignedTokens = true,
        RequireExpirationTime = _options.RequiresExpiry,
        ValidateIssuer = _options.Issuer.Length > 0,
        ValidIssuer = _options.Issuer,
        ValidateAudience = _options.Audience.Length > 0,
        ValidAudience = _options.Audience,
        ClockSkew = _options.ClockSkew,
        LifetimeValidator = IsAlive,
        TryAllIssuerSigningKeys = true,
    };

    private bool IsAlive(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters rules)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return (until is not null || !_options.RequiresExpiry)
            && !(until <= now - _options.ClockSkew)
            && !(from > now + _options.ClockSkew);
    }

    private TokenVerdict ReadClaims(JsonWebToken token)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
            var claims = payload.RootElement;
            return new TokenVerdict(new TokenClaims(
                UserOf(claims),
                SubscriptionClaims.JsonOf(claims, "info"),
                TextOf(claims, "jti"),
                TimeOf(claims, "iat"),
                TimeOf(claims, "exp") + _options.ClockSkew,
                PatternsOf(claims, "subscribe"),
                PatternsOf(claims, "publish"))
            {
                Grants = SubscriptionClaims.GrantsOf(claims),
                Grant = SubscriptionClaims.GrantOf(claims, TimeOf(claims, "exp") + _options.ClockSkew),
                Client = TextOf(claims, "client"),
            });
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException
            or ArgumentOutOfRangeException or KeyNotFoundException)
        {
            return TokenVerdict.Wrong(fault is FormatException ? fault.Message : "The token's claims cannot be read.");
        }
    }

    // "" is nobody in particular, in Centrifugo's tokens.
    private static string UserOf(JsonElement claims) =>
        claims.TryGetProperty("sub", out var user) && user.ValueKind == JsonValueKind.String && user.ValueEquals("")
            ? ""
            : TextOf(claims, "sub") ?? "";

    private static string? TextOf(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= MaxUserLength } text
            && !text.Any(char.IsControl)
            ? text
            : throw new FormatException($"The token's {name} must be text of 1 to {MaxUserLength} characters.");
    }

    // The library takes a number in quotes for exp. Left out here, that token would be worth something for ever.
    private static DateTimeOffset? TimeOf(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            throw new FormatException($"The token's {name} must be a number of seconds since 1970.");
        }

        // Most often those are milliseconds.
        var seconds = Math.Floor(value.GetDouble());
        return Math.Abs(seconds) <= MostSeconds
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"The token's {name} is {seconds:F0}; it wants seconds since 1970."));
    }

    private static ChannelPatterns? PatternsOf(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? new ChannelPatterns(value.EnumerateArray().Select(item => item.GetString()!))
            : throw new FormatException($"The token's {name} must be a list of names of channels, or of patterns.");
    }

    // What a token is or has in it is not repeated: its times are all that is.
    private static string SentenceFor(Exception? fault) => fault switch
    {
        SecurityTokenInvalidIssuerException => "The token is of another issuer.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        _ => "The token is not signed with a key and an algorithm that are known here.",
    };
}
