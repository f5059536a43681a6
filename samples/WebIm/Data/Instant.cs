using System.Globalization;

namespace WebIm.Data;

/// <summary>
/// A time as the database and the page have it: UTC, ISO 8601, milliseconds; as text it sorts as time does.
/// </summary>
public static class Instant
{
    public static string Write(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
