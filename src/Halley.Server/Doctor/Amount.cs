using System.Globalization;

namespace Halley.Server.Doctor;

/// <summary>Numbers as an operator reads them.</summary>
internal static class Amount
{
    private const double Gibibyte = 1L << 30;
    private const double Mebibyte = 1L << 20;
    private const double Kibibyte = 1L << 10;

    public static string Count(long number) =>
        number == Readings.Unlimited ? "unlimited" : number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) => bytes switch
    {
        Readings.Unlimited => "unlimited",
        >= 1L << 30 => (bytes / Gibibyte).ToString("N1", CultureInfo.InvariantCulture) + " GiB",
        >= 1L << 20 => (bytes / Mebibyte).ToString("N0", CultureInfo.InvariantCulture) + " MiB",
        >= 1L << 10 => (bytes / Kibibyte).ToString("N0", CultureInfo.InvariantCulture) + " KiB",
        _ => Count(bytes) + " B",
    };
}
