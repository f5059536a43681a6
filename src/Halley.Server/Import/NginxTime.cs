using System.Globalization;

namespace Halley.Server.Import;

/// <summary>
/// A time as nginx writes it: <c>1h 30m</c>, <c>2500ms</c>, <c>30</c> for seconds; units in falling order, each once.
/// </summary>
internal static class NginxTime
{
    private static readonly (string Unit, long Milliseconds)[] Units =
    [
        ("y", 31_536_000_000), ("M", 2_592_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000),
        ("m", 60_000), ("s", 1000), ("ms", 1),
    ];

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var (total, last) = (0L, -1);
        var rest = text.AsSpan().Trim();
        do
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? rest[..end] : rest;
            var behind = rest[digits.Length..];
            var length = behind.StartsWith("ms") ? 2 : behind.IsEmpty || behind[0] == ' ' ? 0 : 1;
            var unit = length == 0 ? "s" : behind[..length].ToString();
            var place = Array.FindIndex(Units, known => known.Unit == unit);
            if (place <= last
                || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > int.MaxValue)
            {
                return false;
            }

            total += number * Units[place].Milliseconds;
            last = place;
            rest = behind[length..].TrimStart();
        }
        while (!rest.IsEmpty);

        time = TimeSpan.FromMilliseconds(Math.Min(total, int.MaxValue * 1000L));
        return true;
    }

    /// <summary>As halley.json has it.</summary>
    public static string Write(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0
        ? $"{(long)time.TotalSeconds}s"
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMilliseconds}ms");
}
