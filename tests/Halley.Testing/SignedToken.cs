using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Halley.Testing;

/// <summary>JSON Web Tokens as any back end makes them, with HS256.</summary>
public static class SignedToken
{
    public const string Secret = "a secret of tests that is long enough";

    /// <summary>The section of a halley.json, with a comma behind it, that takes these.</summary>
    public const string Section = $$"""
        "jwt": { "secrets": [ "{{Secret}}" ], "clock_skew": 0 },
        """;

    /// <param name="claims">A JSON object, without its braces.</param>
    /// <param name="lifetime">From now until it expires. Default an hour.</param>
    public static string Of(string claims, TimeSpan? lifetime = null)
    {
        var expires = DateTimeOffset.UtcNow.Add(lifetime ?? TimeSpan.FromHours(1)).ToUnixTimeSeconds();
        var head = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
        var body = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{{claims},\"exp\":{expires}}}"));
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes($"{head}.{body}"));
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }
}
