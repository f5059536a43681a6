using System.Text;
using Halley.Jwt;
using Halley.Protocol.Clients;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Halley.Server.Configuration;

/// <summary>The rules for JSON Web Tokens, where <c>auth</c> asks for them.</summary>
internal sealed class JwtSection
{
    private const int MaxSecretBytes = 1024;

    private const string WantsSecret = SettingKey.WantsSecret;

    /// <summary>Secrets that those who make tokens share with us. Default: none.</summary>
    [ConfigurationKeyName("secrets")]
    public List<string> Secrets { get; set; } = [];

    /// <summary>A file with further ones, one a line; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("secrets_file")]
    public string SecretsFile { get; set; } = "";

    /// <summary>Whether secrets may have fewer than 32 bytes. Default no.</summary>
    [ConfigurationKeyName("allow_short_secrets")]
    public bool AllowShortSecrets { get; set; }

    /// <summary>A file with public keys in PEM; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("public_keys_file")]
    public string PublicKeysFile { get; set; } = "";

    /// <summary>A file with a JSON Web Key Set; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("jwks_file")]
    public string JwksFile { get; set; } = "";

    /// <summary>The address of a JSON Web Key Set. Default: none.</summary>
    [ConfigurationKeyName("jwks_url")]
    public string JwksUrl { get; set; } = "";

    /// <summary>Seconds after which it is fetched again. Default 600.</summary>
    [ConfigurationKeyName("jwks_refresh")]
    public int JwksRefresh { get; set; } = 600;

    /// <summary>The value that iss must have. Default: any.</summary>
    [ConfigurationKeyName("issuer")]
    public string Issuer { get; set; } = "";

    /// <summary>The value that aud must have. Default: any.</summary>
    [ConfigurationKeyName("audience")]
    public string Audience { get; set; } = "";

    /// <summary>Seconds that clocks may differ. Default 30.</summary>
    [ConfigurationKeyName("clock_skew")]
    public int ClockSkew { get; set; } = 30;

    /// <summary>Whether a token without exp is refused. Default yes.</summary>
    [ConfigurationKeyName("require_expiry")]
    public bool RequireExpiry { get; set; } = true;

    /// <summary>The argument of a query that a token may be in. Default access_token; none where empty.</summary>
    [ConfigurationKeyName("query")]
    public string Query { get; set; } = "access_token";

    /// <summary>The cookie that a token may be in. Default: none.</summary>
    [ConfigurationKeyName("cookie")]
    public string Cookie { get; set; } = "";

    /// <summary>Whether there is anything to verify a token with.</summary>
    public bool HasKeys => Secrets.Count > 0 || SecretsFile.Length > 0 || PublicKeysFile.Length > 0
        || JwksFile.Length > 0 || JwksUrl.Length > 0;

    public TokenSources Sources => new(Query, Cookie);

    /// <param name="whenNotFetched">Told why the key set of jwt.jwks_url could not be had.</param>
    /// <exception cref="ConfigurationException">A file cannot be read, or has no key.</exception>
    public JwtOptions ToOptions(Action<string>? whenNotFetched = null) => new()
    {
        WhenNotFetched = whenNotFetched,
        Keys =
        [
            .. ReadSecrets(),
            .. KeysOf("jwt.public_keys_file", PublicKeysFile, SigningKeys.OfPem),
            .. KeysOf("jwt.jwks_file", JwksFile, SigningKeys.OfJwks),
        ],
        JwksUrl = JwksUrl.Length > 0 ? new Uri(JwksUrl) : null,
        JwksRefresh = TimeSpan.FromSeconds(JwksRefresh),
        Issuer = Issuer,
        Audience = Audience,
        ClockSkew = TimeSpan.FromSeconds(ClockSkew),
        RequiresExpiry = RequireExpiry,
    };

    /// <summary>The secrets of both places, to make tokens with.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has no secret.</exception>
    public IReadOnlyList<SecurityKey> ReadSecrets() =>
    [
        .. Secrets
            .Concat(Configuration.SecretsFile.Read(
                "jwt.secrets_file", SecretsFile, AllowShortSecrets ? IsText : IsSecret, "secret", WantsSecret))
            .Select(secret => SigningKeys.OfSecret(secret, AllowShortSecrets)),
    ];

    /// <summary>Requires that secrets are as long as they have to be here.</summary>
    /// <param name="secrets">What was set, and where; never repeated.</param>
    /// <exception cref="ConfigurationException">One is not.</exception>
    public void Require(IEnumerable<Setting> secrets)
    {
        foreach (var (_, secret, origin) in AllowShortSecrets ? [] : secrets)
        {
            if (secret is not null && !IsSecret(secret))
            {
                throw new ConfigurationException(
                    $"{origin}: jwt.secrets has one of {Encoding.UTF8.GetByteCount(secret)} bytes, which whoever "
                        + $"has a token can try to guess; it wants {WantsSecret}; or set jwt.allow_short_secrets "
                        + "to true");
            }
        }
    }

    /// <summary>Whether it is text that a secret may be, of any length.</summary>
    public static bool IsText(string text) =>
        Encoding.UTF8.GetByteCount(text) is >= 1 and <= MaxSecretBytes && !text.Any(char.IsControl);

    public static bool IsSecret(string text) =>
        IsText(text) && Encoding.UTF8.GetByteCount(text) >= SigningKeys.MinSecretBytes;

    public static bool IsUrl(string text) => text.Length == 0
        || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");

    private static IReadOnlyList<SecurityKey> KeysOf(
        string option, string file, Func<string, IReadOnlyList<SecurityKey>> read)
    {
        if (file.Length == 0)
        {
            return [];
        }

        try
        {
            return read(File.ReadAllText(file));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{option} {file} cannot be read: {Unreadable.Reason(file, refused)}");
        }
        catch (FormatException wrong)
        {
            throw new ConfigurationException($"{option} {file} is of no use: {wrong.Message}");
        }
    }
}
