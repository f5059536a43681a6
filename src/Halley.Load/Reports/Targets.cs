namespace Halley.Load.Reports;

/// <summary>The project's targets for Halley's figures: a value, or a multiple of the floor's.</summary>
internal static class Targets
{
    private static readonly (string Measure, string Setting, string Figure, string Wanted)[] All =
    [
        ("hold", "own channel", "memory per connection, B", "≤ 400 B"),
        ("hold", "one channel", "memory per connection, B", "≤ 150 B"),
        ("hold", "", "managed objects per connection", "≤ 1"),
        ("hold", "", "CPU per subscription, µs", "≤ 1.25 × floor"),
        ("fanout", "", "CPU per delivery, µs", "≤ 1.10 × floor"),
        ("fanout", "", "managed allocation per delivery, B", "0"),
        ("push", "", "CPU per push, µs", "≤ 1.30 × floor"),
    ];

    /// <summary>In words; empty where nothing is wanted.</summary>
    public static string For(string measure, string setting, string figure) => All.FirstOrDefault(target =>
        target.Measure == measure
            && target.Figure == figure
            && setting.Contains(target.Setting, StringComparison.Ordinal)).Wanted ?? "";
}
