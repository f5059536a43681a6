using System.Globalization;
using System.Text;

namespace Halley.Server.Metrics;

/// <summary>
/// Prometheus' text format, version 0.0.4, with names as OpenTelemetry turns them into Prometheus': a unit behind the
/// name, and <c>_total</c> behind that of a counter. What has no samples is left out.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static byte[] Write(IEnumerable<MetricFamily> families)
    {
        var output = new StringBuilder();
        foreach (var family in families.Where(family => family.Samples.Count > 0))
        {
            var name = NameOf(family);
            output.Append("# HELP ").Append(name).Append(' ').Append(Escape(family.Description, quotes: false));
            output.Append("\n# TYPE ").Append(name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
            foreach (var sample in family.Samples)
            {
                if (sample.Buckets is { } buckets)
                {
                    Write(name, sample, buckets, output);
                }
                else
                {
                    Write(name, sample.Tags, sample.Value, output);
                }
            }
        }

        return Encoding.UTF8.GetBytes(output.ToString());
    }

    /// <summary>The name of a metric; a histogram's lines have a suffix more.</summary>
    public static string NameOf(MetricFamily family)
    {
        var name = new StringBuilder(LabelOf(family.Name));
        name.Append(family.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "" or ['{', .., '}'] => "",
            var other => throw new NotSupportedException($"{family.Name} has the unit {other}"),
        });
        return name.Append(family.Kind == MetricKind.Counter ? "_total" : "").ToString();
    }

    private static void Write(string name, MetricSample sample, MetricBuckets buckets, StringBuilder output)
    {
        var count = 0L;
        for (var i = 0; i < buckets.Counts.Count; i++)
        {
            count += buckets.Counts[i];
            var bound = i < buckets.Bounds.Count ? Number(buckets.Bounds[i]) : "+Inf";
            Write($"{name}_bucket", [.. sample.Tags, new("le", bound)], count, output);
        }

        Write($"{name}_sum", sample.Tags, sample.Value, output);
        Write($"{name}_count", sample.Tags, count, output);
    }

    private static void Write(
        string name, KeyValuePair<string, string>[] tags, double value, StringBuilder output)
    {
        output.Append(name);
        if (tags.Length > 0)
        {
            output.Append('{');
            output.AppendJoin(
                ',', tags.Select(tag => $"{LabelOf(tag.Key)}=\"{Escape(tag.Value, quotes: true)}\""));
            output.Append('}');
        }

        output.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string LabelOf(string name) => name.Replace('.', '_');

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool quotes)
    {
        var escaped = text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
