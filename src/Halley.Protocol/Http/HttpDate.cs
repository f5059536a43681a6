using System.Globalization;
using System.Text;

namespace Halley.Protocol.Http;

/// <summary>The dates of HTTP (RFC 9110, 5.6.7), to whole seconds: one form to write, three to read.</summary>
public static class HttpDate
{
    /// <summary>The length of a date as written: <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
    public const int Length = 29;

    // Without the day of the week before and the zone behind.
    private static readonly string[] Forms = ["dd MMM yyyy HH:mm:ss", "dd-MMM-yy HH:mm:ss", "MMM d HH:mm:ss yyyy"];

    /// <summary>Writes a date as seconds since 1970.</summary>
    public static void Write(long seconds, ByteBuffer output)
    {
        At(seconds).TryFormat(output.GetSpan(Length), out var written, "R", CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    public static string ToText(long seconds) => At(seconds).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads a date in any of the three forms. Two digits of a year are those of the years from 1950 to 2049. The day
    /// of the week and the zone are not looked at, as in nginx: many libraries write UTC for GMT.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text.Length is < 20 or > 40)
        {
            return false;
        }

        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        if (
            !DateTimeOffset.TryParseExact(
                DayAndTimeOf(Encoding.Latin1.GetString(text)),
                Forms,
                CultureInfo.InvariantCulture,
                Style,
                out var date))
        {
            return false;
        }

        seconds = date.ToUnixTimeSeconds();
        return true;
    }

    private static ReadOnlySpan<char> DayAndTimeOf(string date)
    {
        var comma = date.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            return date.AsSpan(date.IndexOf(' ', StringComparison.Ordinal) + 1);
        }

        var rest = date.AsSpan(comma + 1).TrimStart();
        var length = rest.Length > 2 && rest[2] == '-' ? "06-Nov-94 08:49:37".Length : "06 Nov 1994 08:49:37".Length;
        return rest[..Math.Min(length, rest.Length)];
    }

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(
        Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
