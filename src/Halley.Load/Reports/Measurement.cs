using System.Text.Json;
using System.Text.Json.Serialization;
using Halley.Load.Clients;
using Halley.Load.Server;

namespace Halley.Load.Reports;

/// <summary>
/// One run's outcome: under each figure's name (unit last) the value of every round. One of these is a line of JSON.
/// </summary>
/// <param name="Server">Who was measured, as the operator calls it.</param>
/// <param name="Measure">hold, fanout, push or run.</param>
/// <param name="Setting">What was done, in words: lines of equal measure and setting may be compared.</param>
internal sealed record Measurement(
    string Server, string Measure, string Setting, Dictionary<string, List<double>> Figures)
{
    /// <summary>The transport of the subscribers; empty where the setting says it.</summary>
    public string Transport { get; init; } = "";

    /// <summary>Of all rounds.</summary>
    public DeliveryErrors Errors { get; set; } = DeliveryErrors.None;

    public static Measurement Parse(string line) =>
        JsonSerializer.Deserialize(line, MeasurementJson.Default.Measurement) ?? throw new LoadException(
            "An empty line where a measurement should be.");

    public void Add(string figure, double value)
    {
        if (!Figures.TryGetValue(figure, out var values))
        {
            Figures[figure] = values = [];
        }

        values.Add(value);
    }

    /// <summary>CPU of one round under three names: in all, in user space, in the kernel.</summary>
    public void AddCpu(string operation, CpuTime cpu, long operations)
    {
        var (total, user, system) = cpu.PerOperation(operations);
        Add($"CPU per {operation}, µs", total);
        Add($"of it user, µs ({operation})", user);
        Add($"of it system, µs ({operation})", system);
    }

    public void AddLatencies(string operation, Latencies latencies)
    {
        Add($"{operation} p50, ms", latencies.Percentile(0.5));
        Add($"{operation} p99, ms", latencies.Percentile(0.99));
        Add($"{operation} p99.9, ms", latencies.Percentile(0.999));
        Add($"{operation} max, ms", latencies.MaxMilliseconds);
    }

    public string ToJson() => JsonSerializer.Serialize(this, MeasurementJson.Default.Measurement);

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Server}: {Measure}: {Setting}{(Transport.Length > 0 ? $", {Transport}" : "")}");
        foreach (var (figure, values) in Figures)
        {
            var spread = Spread.Of(values);
            output.WriteLine(values.Count == 1
                ? $"  {figure,-55} {spread.Median,14:#,0.###}"
                : $"  {figure,-55} {spread.Median,14:#,0.###}   from {spread.Min:#,0.###} to {spread.Max:#,0.###}");
        }

        output.WriteLine($"  {Errors}");
    }
}

/// <summary>Names as in the lines that are kept in results.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Measurement))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
