using System.Security.Cryptography;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Access;

/// <summary>
/// The keys of publishers and operators: several at once, so that one can be replaced. A request shows one as
/// <c>Authorization: Bearer KEY</c>, <c>Authorization: apikey KEY</c> as Centrifugo's libraries do, or
/// <c>X-API-Key: KEY</c>.
/// </summary>
public sealed class ApiKeys
{
    /// <summary>The fewest characters of a key: 16 of them, drawn at random, nobody guesses.</summary>
    public const int MinLength = 16;

    private const int MaxLength = 255;

    // Both words have as many letters.
    private const int SchemeLength = 7;

    private readonly byte[][] _digests;

    public ApiKeys(IEnumerable<string> keys) =>
        _digests = [.. keys.Select(key => SHA256.HashData(Encoding.ASCII.GetBytes(key)))];

    /// <summary>Whether there are none: then none is asked for.</summary>
    public bool AreNone => _digests.Length == 0;

    /// <summary>Whether that may be a key.</summary>
    public static bool IsOne(string text) =>
        text.Length is >= MinLength and <= MaxLength && text.All(letter => letter is > ' ' and <= '~');

    /// <summary>Whether a request shows one of them.</summary>
    public bool IsShownBy(in RequestHead head) => Find(head) >= 0;

    /// <summary>Finds the key that a request shows. Takes as long for a wrong one as for a right one.</summary>
    /// <returns>Negative where it shows none.</returns>
    public int Find(in RequestHead head)
    {
        var key = KeyOf(head);
        if (AreNone || key.IsEmpty)
        {
            return -1;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        var found = -1;
        for (var i = 0; i < _digests.Length; i++)
        {
            found = CryptographicOperations.FixedTimeEquals(digest, _digests[i]) ? i : found;
        }

        return found;
    }

    private static ReadOnlySpan<byte> KeyOf(in RequestHead head)
    {
        var position = 0;
        if (head.TryNextField("X-API-Key"u8, ref position, out var key))
        {
            return key;
        }

        position = 0;
        return head.TryNextField("Authorization"u8, ref position, out var credentials)
            && credentials.Length > SchemeLength
            && (Ascii.EqualsIgnoreCase(credentials[..SchemeLength], "bearer "u8)
                || Ascii.EqualsIgnoreCase(credentials[..SchemeLength], "apikey "u8))
            ? credentials[SchemeLength..].TrimStart((byte)' ')
            : default;
    }
}
