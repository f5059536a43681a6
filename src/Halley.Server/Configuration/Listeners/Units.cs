using System.Globalization;

namespace Halley.Server.Configuration.Listeners;

/// <summary>Times and sizes as nginx writes them: a number with a unit behind it, or a number alone.</summary>
internal static class Units
{
    public const string WantsTime = "a time of more than 0: seconds, or a number with ms, s, m, h or d behind it, such as \"2500ms\"";

    public const string WantsSize = "a size: bytes, or a number with k, m or g behind it, such as \"32k\"";

    /// <summary>Reads a time; without a unit it is seconds.</summary>
    public static bool TryParseTime(string text, out TimeSpan time)
    {
        time = default;
        var (digits, unit) = Cut(text);
        double? milliseconds = unit switch
        {
            "ms" => 1,
            "" or "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => null,
        };
        if (milliseconds is null || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds(Math.Min(number * milliseconds.Value, int.MaxValue * 1000.0));
        return true;
    }

    /// <summary>Reads a size; without a unit it is bytes.</summary>
    public static bool TryParseSize(string text, out long size)
    {
        size = 0;
        var (digits, unit) = Cut(text);
        int? shift = unit.ToLowerInvariant() switch
        {
            "" => 0,
            "k" => 10,
            "m" => 20,
            "g" => 30,
            _ => null,
        };
        if (shift is null || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        size = (long)number << shift.Value;
        return true;
    }

    private static (string Digits, string Unit) Cut(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return (text[..digits], text[digits..]);
    }
}
