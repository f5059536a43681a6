using System.Diagnostics;
using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Api;

/// <summary>Reports the configuration of every server, and where each value was said; secrets are hidden.</summary>
internal sealed class ConfigurationCommand(Hub hub, IBroker broker) : BrokerCommand("configuration")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var (answers, isPartial) = await hub.SurveyAll(broker, ServerQuestions.Configuration, []).ConfigureAwait(false);
        return ApiAnswer.With(writer =>
        {
            writer.WriteStartArray("servers"u8);
            foreach (var answer in answers)
            {
                writer.WriteRawValue(answer);
            }

            writer.WriteEndArray();
            if (isPartial)
            {
                writer.WriteBoolean("partial"u8, true);
            }
        });
    }
}

/// <summary>Counts what happens in a second, on all servers: counted twice, a second apart.</summary>
internal sealed class RatesCommand(Hub hub, IBroker broker) : BrokerCommand(RatesCommand.Word)
{
    /// <summary>Its name. In a batch, which others wait for, it is not there.</summary>
    public const string Word = "rates";

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var before = await Count().ConfigureAwait(false);
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(Span).ConfigureAwait(false);
        var after = await Count().ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return ApiAnswer.With(writer =>
        {
            writer.WriteNumber("connections"u8, after.Connections);
            writer.WriteStartObject("transports"u8);
            foreach (var (transport, count) in after.Transports.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteNumber(transport, count);
            }

            writer.WriteEndObject();
            Write("opened", count => count.Connections + count.Closed);
            Write("closed", count => count.Closed);
            Write("too_slow", count => count.TooSlow);
            Write("refused", count => count.Refused);
            Write("published", count => count.Published);
            Write("delivered", count => count.Delivered);

            // Less than before where a process has ended.
            void Write(string name, Func<Total, double> of) =>
                writer.WriteNumber(name, Math.Round(Math.Max(0, (of(after) - of(before)) / seconds), 1));
        });
    }

    private async ValueTask<Total> Count()
    {
        var total = new Total();
        var (answers, _) = await hub.SurveyAll(broker, ServerQuestions.Metrics, []).ConfigureAwait(false);
        foreach (var answer in answers)
        {
            using var json = JsonDocument.Parse(answer);
            total.Add(json.RootElement);
        }

        return total;
    }

    private sealed class Total
    {
        public double Connections { get; private set; }

        public double Closed { get; private set; }

        public double TooSlow { get; private set; }

        public double Refused { get; private set; }

        public double Published { get; private set; }

        public double Delivered { get; private set; }

        public Dictionary<string, double> Transports { get; } = [];

        public void Add(JsonElement instruments)
        {
            Connections += Sum("halley.connection.count");
            Closed += Sum("halley.connection.closed");
            TooSlow += Sum("halley.connection.closed", "too_slow");
            Refused += Sum("halley.request.refused") + Sum("halley.connection.refused");
            Published += Sum("halley.message.published");
            Delivered += Sum("halley.message.delivered");
            foreach (var (transport, count) in Samples("halley.answer.count"))
            {
                Transports[transport] = Transports.GetValueOrDefault(transport) + count;
            }

            double Sum(string name, string? tag = null) =>
                Samples(name).Where(sample => tag is null || sample.Tag == tag).Sum(sample => sample.Value);

            IEnumerable<(string Tag, double Value)> Samples(string name) =>
                instruments.TryGetProperty(name, out var all)
                ? all.EnumerateArray().Select(sample => (
                    sample.GetProperty("tags"u8).EnumerateObject().Select(tag => tag.Value.GetString()!).FirstOrDefault(
                        ""),
                    sample.GetProperty("value"u8).GetDouble()))
                : [];
        }
    }
}
