using System.Globalization;
using System.Text.RegularExpressions;

namespace Halley.Testing;

/// <summary>
/// Reads Prometheus' text format, version 0.0.4, and takes nothing that is not just as its description has it, or that
/// Prometheus' own check of names warns of.
/// </summary>
public static partial class PrometheusPage
{
    /// <returns>Every value by its name and labels, as they stand: <c>name{label="value"}</c>.</returns>
    /// <exception cref="FormatException">Something is not as it should be.</exception>
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        Require(text.EndsWith('\n'), "the last line has no end");
        var values = new Dictionary<string, double>();
        var families = new HashSet<string>();
        var lines = new Queue<string>(text[..^1].Split('\n'));
        while (lines.TryDequeue(out var line))
        {
            var help = Help().Match(line);
            var family = help.Groups["name"].Value;
            Require(help.Success, line);
            Require(families.Add(family), $"{family} comes twice");
            var type = Type().Match(lines.Dequeue());
            Require(type.Success && type.Groups["name"].Value == family, $"{family} has no type");
            var samples = new List<Sample>();
            while (lines.TryPeek(out var next) && !next.StartsWith('#'))
            {
                samples.Add(Sample.Parse(lines.Dequeue()));
            }

            Require(samples.Count > 0, $"{family} has no samples");
            Check(family, type.Groups["type"].Value, samples);
            foreach (var sample in samples)
            {
                Require(values.TryAdd(sample.Series, sample.Value), $"{sample.Series} comes twice");
            }
        }

        return values;
    }

    /// <summary>The values of all series of a name together.</summary>
    public static double Sum(this IReadOnlyDictionary<string, double> values, string name) =>
        values.Where(value => value.Key.Split('{')[0] == name).Sum(value => value.Value);

    private static void Check(string family, string type, List<Sample> samples)
    {
        Require(type == "counter" == family.EndsWith("_total", StringComparison.Ordinal), $"{family} is a {type}");
        if (type == "histogram")
        {
            foreach (var group in samples.GroupBy(sample => sample.LabelsWithoutLe))
            {
                CheckHistogram(family, [.. group]);
            }

            return;
        }

        Require(samples.TrueForAll(sample => sample.Name == family && sample.Le is null), family);
        Require(type == "gauge" || samples.TrueForAll(sample => sample.Value >= 0), family);
    }

    // In this order for each set of labels: buckets up to +Inf, sum, count.
    private static void CheckHistogram(string family, List<Sample> samples)
    {
        var buckets = samples[..^2];
        var (sum, count) = (samples[^2], samples[^1]);
        Require(buckets.TrueForAll(bucket => bucket.Name == family + "_bucket" && bucket.Le is not null), family);
        Require(sum.Name == family + "_sum" && count.Name == family + "_count", family);
        var bounds = buckets.ConvertAll(bucket => bucket.Le!.Value);
        Require(bounds.SequenceEqual(bounds.Distinct().Order()), $"{family}: bounds do not rise");
        Require(double.IsPositiveInfinity(bounds[^1]), $"{family} has no last bucket");
        var values = buckets.ConvertAll(bucket => bucket.Value);
        Require(values.SequenceEqual(values.Order()), $"{family}: buckets do not add up");
        Require(values[^1] == count.Value, $"{family}: the last bucket is not all");
    }

    private static void Require(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new FormatException(what);
        }
    }

    private sealed record Sample(string Name, string Series, string LabelsWithoutLe, double? Le, double Value)
    {
        public static Sample Parse(string line)
        {
            var match = SampleLine().Match(line);
            Require(match.Success, line);
            var labels = match.Groups["label"].Captures.Select(label => label.Value).ToList();
            var names = labels.ConvertAll(label => label.Split('=')[0]);
            Require(names.Distinct().Count() == names.Count, line);
            var le = labels.Find(label => label.StartsWith("le=", StringComparison.Ordinal))?[4..^1];
            return new Sample(
                match.Groups["name"].Value,
                match.Groups["series"].Value,
                string.Join(',', labels.Where(label => !label.StartsWith("le=", StringComparison.Ordinal))),
                le is null ? null : Number(le),
                Number(match.Groups["value"].Value));
        }

        private static double Number(string text) => text == "+Inf"
            ? double.PositiveInfinity
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""^# HELP (?<name>[a-z][a-z0-9_]*) (?<text>(?:[^\\]|\\\\|\\n)+)$""")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-z][a-z0-9_]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(
        """^(?<series>(?<name>[a-z][a-z0-9_]*)(?:\{(?<label>[a-z][a-z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*")"""
            + """(?:,(?<label>[a-z][a-z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*"))*\})?) """
            + """(?<value>[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$""")]
    private static partial Regex SampleLine();
}
