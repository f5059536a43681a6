using Halley.Load.Clients;
using Halley.Load.Reports;

namespace Halley.Load.Tests.Reports;

/// <summary>Measurements as a run of several servers leaves them.</summary>
internal static class Lines
{
    public static readonly DeliveryErrors OneLost = DeliveryErrors.None with { Lost = 1 };

    public static Measurement Fanout(string server, params double[] microseconds) =>
        Of("fanout", server, "CPU per delivery, µs", microseconds);

    public static Measurement Hold(string server, params double[] bytes) =>
        Of("hold", server, "memory per connection, B", bytes);

    public static IReadOnlyList<Comparison> Compare(params Measurement[] lines) =>
        Comparison.Of(Section.Of(lines, "floor"));

    private static Measurement Of(string measure, string server, string figure, double[] values) =>
        new(server, measure, "so many", new() { [figure] = [.. values] });
}
