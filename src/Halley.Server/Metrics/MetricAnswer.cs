using System.Text.Json;
using Halley.Protocol;
using Halley.Protocol.Dialects.Api;

namespace Halley.Server.Metrics;

/// <summary>A worker's report to the main process, which has the same instruments: samples by name, as JSON.</summary>
internal static class MetricAnswer
{
    /// <summary>The question of a survey that has it for an answer.</summary>
    public const string Question = ServerQuestions.Metrics;

    /// <summary>The tag that says which worker a sample is of.</summary>
    public const string WorkerTag = "halley.worker";

    public static byte[] Write(IReadOnlyList<MetricFamily> families) => JsonBytes.Write(writer =>
    {
        foreach (var family in families)
        {
            writer.WriteStartArray(family.Name);
            foreach (var sample in family.Samples)
            {
                Write(sample, writer);
            }

            writer.WriteEndArray();
        }
    });

    /// <summary>Adds what a worker has answered to what the main process reports itself.</summary>
    public static void AddTo(IReadOnlyList<MetricFamily> families, int worker, byte[] answer)
    {
        var tag = new KeyValuePair<string, string>(WorkerTag, $"{worker}");
        using var json = JsonDocument.Parse(answer);
        foreach (var family in families)
        {
            if (json.RootElement.TryGetProperty(family.Name, out var samples))
            {
                family.Samples.AddRange(samples.EnumerateArray().Select(sample => Read(sample, tag)));
            }
        }
    }

    private static void Write(MetricSample sample, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("tags"u8);
        foreach (var (name, value) in sample.Tags)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteNumber("value"u8, sample.Value);
        if (sample.Buckets is { } buckets)
        {
            WriteAll("bounds", buckets.Bounds, writer.WriteNumberValue);
            WriteAll("counts", buckets.Counts, writer.WriteNumberValue);
        }

        writer.WriteEndObject();

        void WriteAll<T>(string name, IReadOnlyList<T> values, Action<T> write)
        {
            writer.WriteStartArray(name);
            foreach (var value in values)
            {
                write(value);
            }

            writer.WriteEndArray();
        }
    }

    private static MetricSample Read(JsonElement sample, KeyValuePair<string, string> worker)
    {
        var tags = sample.GetProperty("tags"u8).EnumerateObject()
            .Select(tag => new KeyValuePair<string, string>(tag.Name, tag.Value.GetString()!));
        var buckets = sample.TryGetProperty("bounds"u8, out var bounds)
            ? new MetricBuckets(
                [.. bounds.EnumerateArray().Select(bound => bound.GetDouble())],
                [.. sample.GetProperty("counts"u8).EnumerateArray().Select(count => count.GetInt64())])
            : null;
        return new MetricSample([.. tags, worker], sample.GetProperty("value"u8).GetDouble(), buckets);
    }
}
