namespace Halley.Server.Metrics;

/// <summary>The names of enumerations as values of tags: <c>TooSlow</c> is <c>too_slow</c>.</summary>
internal static class SnakeCase
{
    public static string Of(string name) => string.Concat(name.Select((letter, place) =>
        char.IsUpper(letter) ? $"{(place > 0 ? "_" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
