using System.Buffers;
using System.Globalization;

namespace Halley.Server.Import.Centrifugo;

/// <summary>Times as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>200ms</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("us", 0.000_001), ("ns", 0.000_000_001), ("h", 3600), ("m", 60), ("s", 1)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var seconds = 0.0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0
                || !double.TryParse(
                    rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var unit = -1;
            for (var i = 0; i < Units.Length && unit < 0; i++)
            {
                unit = rest.StartsWith(Units[i].Unit) ? i : -1;
            }

            if (unit < 0)
            {
                return false;
            }

            seconds += number * Units[unit].Seconds;
            rest = rest[Units[unit].Unit.Length..];
        }

        // A year is as long as anything here.
        time = TimeSpan.FromSeconds(Math.Min(seconds, 365 * 24 * 3600));
        return text.Length > 0;
    }

    /// <summary>A time as halley.json has it.</summary>
    public static string Written(TimeSpan time) => time.Milliseconds == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMilliseconds}ms");
}
