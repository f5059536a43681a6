using System.Text;
using System.Text.Json;
using Halley.Protocol;
using Halley.Protocol.Explaining;
using Halley.Server.Metrics;

namespace Halley.Server.Status;

/// <summary>The incidents of this process and of its workers, which are asked for theirs.</summary>
/// <param name="Noted">Each one JSON object.</param>
/// <param name="More">The number of those that were not kept.</param>
internal sealed record IncidentsAnswer(IReadOnlyList<byte[]> Noted, int More)
{
    private const string Question = "incidents";
    private const int MostChannels = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Has a worker answer for its own.</summary>
    public static void AnswerFor(Incidents incidents, Hub hub) => hub.Answers(
        Question, _ => JsonBytes.Write(writer => Of(incidents).Write(writer)));

    public static async Task<IncidentsAnswer> Ask(Incidents own, LinkedWorkersQuestion? workers)
    {
        var all = Of(own);
        foreach (var (_, answer) in workers is null ? [] : await workers(Question, Patience).ConfigureAwait(false))
        {
            using var json = JsonDocument.Parse(answer);
            all = new IncidentsAnswer(
                [
                    .. all.Noted,
                    .. json.RootElement.GetProperty("incidents"u8).EnumerateArray().Select(
                        incident => Encoding.UTF8.GetBytes(incident.GetRawText())),
                ],
                all.More + json.RootElement.GetProperty("more"u8).GetInt32());
        }

        return all;
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("incidents"u8);
        foreach (var incident in Noted)
        {
            writer.WriteRawValue(incident);
        }

        writer.WriteEndArray();
        writer.WriteNumber("more"u8, More);
    }

    private static IncidentsAnswer Of(Incidents incidents)
    {
        var taken = incidents.Take(out var more);
        return new IncidentsAnswer([.. taken.Select(Json)], more);
    }

    private static byte[] Json(Incident incident) => JsonBytes.Write(writer =>
    {
        writer.WriteNumber("time"u8, incident.Time.ToUnixTimeMilliseconds());
        writer.WriteString("what"u8, incident.What);
        writer.WriteNumber("status"u8, incident.Status);
        writer.WriteString("address"u8, incident.Address);
        writer.WriteString("listener"u8, incident.Listener);
        writer.WriteString("path"u8, incident.Path);
        writer.WriteStartArray("channels"u8);
        foreach (var channel in incident.Channels.Take(MostChannels))
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(channel));
        }

        writer.WriteEndArray();
    });
}
