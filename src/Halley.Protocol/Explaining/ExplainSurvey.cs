using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Explaining;

/// <summary>Has all processes that share the channels watch some clients, and tell what happened to them.</summary>
public sealed class ExplainSurvey(Hub hub, IBroker broker)
{
    private const string Question = "connections.explain";

    /// <summary>Has a process answer for its connections.</summary>
    public static void AnswerFor(IConnectedClients clients, Hub hub) =>
        hub.AnswersLater(Question, argument => Answer(clients, argument));

    /// <summary>Watches them for a while longer.</summary>
    /// <returns>
    /// What happened to them since it was first asked, and whether some server could not watch, or not be asked.
    /// </returns>
    public async ValueTask<(IReadOnlyList<TracedClient> Clients, bool IsFull, bool IsPartial)> Explain(
        ConnectionFilter filter, TimeSpan duration)
    {
        var argument = JsonBytes.Write(writer =>
        {
            filter.Write(writer);
            writer.WriteNumber("seconds"u8, (int)duration.TotalSeconds);
        });
        var (answers, isPartial) = await hub.SurveyAll(broker, Question, argument).ConfigureAwait(false);
        var (clients, isFull) = (new List<TracedClient>(), false);
        foreach (var answer in answers)
        {
            using var json = JsonDocument.Parse(answer);
            isFull |= !json.RootElement.TryGetProperty("clients"u8, out var all);
            if (all.ValueKind == JsonValueKind.Array)
            {
                clients.AddRange(all.EnumerateArray().Select(TracedClient.Read));
            }
        }

        return (clients, isFull, isPartial);
    }

    private static async ValueTask<byte[]?> Answer(IConnectedClients clients, byte[] argument)
    {
        using var json = JsonDocument.Parse(argument);
        var found = await clients.Explain(
            ConnectionFilter.Read(json.RootElement),
            TimeSpan.FromSeconds(json.RootElement.GetProperty("seconds"u8).GetInt32())).ConfigureAwait(false);
        return JsonBytes.Write(writer =>
        {
            if (found is null)
            {
                return;
            }

            writer.WriteStartArray("clients"u8);
            foreach (var client in found)
            {
                writer.WriteStartObject();
                client.Write(writer, static (output, name) => output.WriteBase64StringValue(name));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
