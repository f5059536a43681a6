using System.Globalization;

namespace Halley.Protocol.Options;

/// <summary>Times and sizes as nginx writes them: a number and its unit, or a number alone.</summary>
public static class Units
{
    private static readonly (string Unit, long Milliseconds)[] OfTime =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    private static readonly (string Unit, int Shift)[] OfSize = [("g", 30), ("m", 20), ("k", 10)];

    /// <summary>Reads a time; without a unit it is seconds.</summary>
    public static bool TryParseTime(string text, out TimeSpan time)
    {
        time = default;
        var (digits, unit) = Cut(text);
        var milliseconds = OfTime.FirstOrDefault(known => known.Unit == (unit.Length == 0 ? "s" : unit)).Milliseconds;
        if (milliseconds == 0 || !TryParseNumber(digits, out var number))
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds(Math.Min(number * (double)milliseconds, int.MaxValue * 1000.0));
        return true;
    }

    /// <summary>Reads a size; without a unit it is bytes.</summary>
    public static bool TryParseSize(string text, out long size)
    {
        size = 0;
        var (digits, unit) = Cut(text);
        var shift = OfSize.FirstOrDefault(known => known.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase)).Shift;
        if ((shift == 0 && unit.Length > 0) || !TryParseNumber(digits, out var number))
        {
            return false;
        }

        size = (long)number << shift;
        return true;
    }

    /// <summary>Writes a time in the largest unit that it is a whole number of.</summary>
    public static string Write(TimeSpan time)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        var (unit, each) = milliseconds == 0 ? ("", 1) : OfTime.First(known => milliseconds % known.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / each}{unit}");
    }

    /// <summary>Writes a size in the largest unit that it is a whole number of.</summary>
    public static string WriteSize(long size)
    {
        var (unit, shift) = size == 0 ? default : OfSize.FirstOrDefault(known => size % (1L << known.Shift) == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{size >> shift}{unit}");
    }

    private static bool TryParseNumber(string digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static (string Digits, string Unit) Cut(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return (text[..digits], text[digits..]);
    }
}
