namespace Halley.Server.Doctor;

/// <summary>The setting to change, and how.</summary>
/// <param name="Kind">Where it lasts.</param>
/// <param name="Key">The sysctl key, the service's property or Redis' setting; empty when there is none.</param>
/// <param name="Value">Its value.</param>
/// <param name="Line">What an operator types to have it at once; behind a # what else to know.</param>
internal sealed record Remedy(RemedyKind Kind, string Key, string Value, string Line)
{
    public static Remedy Sysctl(string key, string value) =>
        new(
            RemedyKind.Sysctl,
            key,
            value,
            value.Contains(' ', StringComparison.Ordinal) ? $"sysctl -w {key}='{value}'" : $"sysctl -w {key}={value}");

    public static Remedy Sysctl(string key, long value) => Sysctl(key, $"{value}");

    public static Remedy Descriptors(long count) =>
        new(
            RemedyKind.Descriptors,
            "LimitNOFILE",
            $"{count}",
            $"ulimit -n {count}  # as root; in halley.service: LimitNOFILE={count}");

    /// <param name="path">The control group's file that holds the limit.</param>
    public static Remedy ControlGroup(string property, string path, long value) =>
        new(
            RemedyKind.Service,
            property,
            $"{value}",
            $"echo {value} > {path}  # in halley.service: {property}={value}");

    public static Remedy RedisConf(string key, string value) => new(RemedyKind.RedisConf, key, value, $"{key} {value}");

    public static Remedy ByHand(string line) => new(RemedyKind.ByHand, "", "", line);
}
