using System.Text.RegularExpressions;

namespace Halley.Server.Configuration;

/// <summary>Takes out of what is shown what nobody else may know.</summary>
internal static partial class HiddenSecrets
{
    /// <summary>The word that stands for it.</summary>
    public const string Word = "(hidden)";

    /// <summary>Hides names and passwords, which stand before the host of a URL, in a text with any of them.</summary>
    public static string In(string text) => User().Replace(text, Word);

    // To the last @ of a word: a password that was not encoded may have others.
    [GeneratedRegex("(?<=://)[^\\s,]+(?=@)")]
    private static partial Regex User();
}
