using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Halley.Jwt;

/// <summary>The content of a token that is to be made.</summary>
/// <param name="User">Null for nobody in particular.</param>
/// <param name="Info">JSON; null for none.</param>
/// <param name="Expires">Null for never.</param>
public sealed record TokenContent(
    string? User,
    string? Info,
    string? TokenId,
    IReadOnlyList<string> Subscribe,
    IReadOnlyList<string> Publish,
    string Issuer,
    string Audience,
    DateTimeOffset IssuedAt,
    DateTimeOffset? Expires);

/// <summary>
/// Makes tokens, for trying things out and for scripts; a back end makes them with a library of its own.
/// </summary>
public static class TokenMaker
{
    /// <param name="secret">At least 32 bytes: HS256.</param>
    public static string Make(SecurityKey secret, TokenContent content)
    {
        using var payload = new MemoryStream();
        using (var writer = new Utf8JsonWriter(payload))
        {
            writer.WriteStartObject();
            WriteText("sub", content.User);
            WriteText("jti", content.TokenId);
            WriteText("iss", content.Issuer);
            WriteText("aud", content.Audience);
            writer.WriteNumber("iat", content.IssuedAt.ToUnixTimeSeconds());
            if (content.Expires is { } expires)
            {
                writer.WriteNumber("exp", expires.ToUnixTimeSeconds());
            }

            WriteList("subscribe", content.Subscribe);
            WriteList("publish", content.Publish);
            if (content.Info is not null)
            {
                writer.WritePropertyName("info");
                writer.WriteRawValue(content.Info);
            }

            writer.WriteEndObject();

            void WriteText(string name, string? text)
            {
                if (!string.IsNullOrEmpty(text))
                {
                    writer.WriteString(name, text);
                }
            }

            void WriteList(string name, IReadOnlyList<string> list)
            {
                if (list.Count == 0)
                {
                    return;
                }

                writer.WriteStartArray(name);
                foreach (var item in list)
                {
                    writer.WriteStringValue(item);
                }

                writer.WriteEndArray();
            }
        }

        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(
            Encoding.UTF8.GetString(payload.ToArray()), new SigningCredentials(secret, SecurityAlgorithms.HmacSha256));
    }

    /// <summary>Reads a token's header and claims, as JSON, whether or not it is valid.</summary>
    /// <returns>Null where it is no token.</returns>
    public static (string Header, string Claims)? Open(string token)
    {
        try
        {
            var read = new JsonWebTokenHandler().ReadJsonWebToken(token);
            return (Base64UrlEncoder.Decode(read.EncodedHeader), Base64UrlEncoder.Decode(read.EncodedPayload));
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException or FormatException)
        {
            return null;
        }
    }
}
