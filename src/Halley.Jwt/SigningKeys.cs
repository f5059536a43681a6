using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Halley.Jwt;

/// <summary>Reads keys that tokens are signed with, as people keep them.</summary>
public static class SigningKeys
{
    /// <summary>
    /// The fewest bytes of a secret: those of the shortest hash that it is used with (RFC 7518, 3.2).
    /// </summary>
    public const int MinSecretBytes = 32;

    private const int MinRsaBits = 2048;

    // The block of SHA-256, and half of that of SHA-384 and SHA-512: long enough for the library in all of them.
    private const int BlockBytes = 64;

    /// <summary>A secret that those who make tokens share with us: HS256; from 48 bytes HS384, from 64 HS512.</summary>
    /// <param name="isAnyLength">Whether it serves all three, however short it is.</param>
    public static SecurityKey OfSecret(string secret, bool isAnyLength = false)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        if (isAnyLength && key.Length < BlockBytes)
        {
            // The library refuses a short key. HMAC itself fills a key up with zeros to a block (RFC 2104, 2), so that
            // this is the same key.
            Array.Resize(ref key, BlockBytes);
        }

        return new SymmetricSecurityKey(key);
    }

    /// <summary>
    /// Reads public keys out of PEM, one behind another: RSA from 2048 bits, or of the curves P-256 and P-384.
    /// </summary>
    /// <exception cref="FormatException">
    /// There is none, or one that is of no use here; the message says what is wrong.
    /// </exception>
    public static IReadOnlyList<SecurityKey> OfPem(string pem)
    {
        var keys = new List<SecurityKey>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            var label = rest[found.Label];
            if (label is not ("PUBLIC KEY" or "RSA PUBLIC KEY"))
            {
                throw new FormatException($"it has a {label}, where a PUBLIC KEY is wanted");
            }

            keys.Add(KeyOf(rest[found.Location].ToString()));
            rest = rest[found.Location.End..];
        }

        return keys.Count > 0 ? keys : throw new FormatException("it has no PUBLIC KEY in PEM");
    }

    /// <summary>Reads a JSON Web Key Set. Keys of kinds that are not known here are left out.</summary>
    /// <exception cref="FormatException">It is none, or has no key that is of use here.</exception>
    public static IReadOnlyList<SecurityKey> OfJwks(string json)
    {
        try
        {
            IReadOnlyList<SecurityKey> keys = [.. JsonWebKeySet.Create(json).GetSigningKeys()];
            return keys.Count > 0 ? keys : throw new FormatException("it has no key to verify signatures with");
        }
        catch (Exception fault) when (fault is not FormatException)
        {
            throw new FormatException("it is no JSON Web Key Set", fault);
        }
    }

    /// <summary>The algorithms that a key may be used with: never another kind's.</summary>
    public static IReadOnlyList<string> AlgorithmsOf(SecurityKey key) => key switch
    {
        SymmetricSecurityKey => [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384,
            SecurityAlgorithms.HmacSha512],
        JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.Octet } => [SecurityAlgorithms.HmacSha256,
            SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512],
        ECDsaSecurityKey or JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve } =>
            [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384],
        _ => [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
            SecurityAlgorithms.RsaSsaPssSha256],
    };

    private static SecurityKey KeyOf(string pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize >= MinRsaBits
                ? new RsaSecurityKey(rsa)
                : throw new FormatException($"it has an RSA key of {rsa.KeySize} bits; {MinRsaBits} are the least");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return CurveKeyOf(pem);
        }
    }

    private static ECDsaSecurityKey CurveKeyOf(string pem)
    {
        try
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return curve.KeySize is 256 or 384
                ? new ECDsaSecurityKey(curve)
                : throw new FormatException(
                    $"it has a key of {curve.KeySize} bits; of curves P-256 and P-384 are known");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new FormatException("it has a key that is neither RSA nor of the curves P-256 and P-384", fault);
        }
    }
}
