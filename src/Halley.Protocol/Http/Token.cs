namespace Halley.Protocol.Http;

/// <summary>A token of RFC 9110, 5.6.2: what the name of a field or a sub-protocol is made of.</summary>
public static class Token
{
    public static bool IsOne(string text) => text.Length > 0 && text.All(IsPart);

    private static bool IsPart(char c) =>
        char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
