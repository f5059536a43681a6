using System.Globalization;

namespace Halley.Server.Doctor;

/// <summary>
/// Numbers as the kernel writes them. Null is what cannot be read; <see cref="Unlimited"/> is "max", "unlimited", and
/// what is as good as that.
/// </summary>
internal static class Readings
{
    public const long Unlimited = long.MaxValue;

    /// <summary>Beyond any machine: the kernel writes "no limit" as several numbers near 2^63 and 2^64.</summary>
    private const ulong AsGoodAsUnlimited = 1UL << 62;

    public static long? ReadNumber(this IMachine machine, string path) =>
        machine.ReadNumbers(path) is [var first, ..] ? first : null;

    /// <returns>Null when any of them is no number.</returns>
    public static long[]? ReadNumbers(this IMachine machine, string path)
    {
        if (machine.Read(
            path)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } words)
        {
            return null;
        }

        var numbers = Array.ConvertAll(words, Parse);
        return Array.TrueForAll(numbers, number => number is not null)
            ? Array.ConvertAll(numbers, number => number!.Value)
            : null;
    }

    /// <summary>A setting of /proc/sys by its sysctl name.</summary>
    public static long? ReadSysctl(this IMachine machine, string key) => machine.ReadNumber(PathOf(key));

    public static long[]? ReadSysctls(this IMachine machine, string key) => machine.ReadNumbers(PathOf(key));

    /// <summary>A line of /proc/meminfo, in bytes.</summary>
    public static long? ReadMemory(this IMachine machine, string name)
    {
        var line = machine.Read("/proc/meminfo")?.Split('\n').FirstOrDefault(
            line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, "kB"]
            ? Parse(kibibytes) * 1024
            : null;
    }

    public static long? Parse(string word) => word switch
    {
        "max" or "unlimited" => Unlimited,
        _ when ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            number >= AsGoodAsUnlimited ? Unlimited : (long)number,
        _ => null,
    };

    private static string PathOf(string key) => "/proc/sys/" + key.Replace('.', '/');
}
