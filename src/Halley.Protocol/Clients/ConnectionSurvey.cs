using System.Text.Json;
using Halley.Broker;

namespace Halley.Protocol.Clients;

/// <summary>
/// Asks all processes that share the channels whom they hold answers for, named or not. Any thread.
/// </summary>
public sealed class ConnectionSurvey(Hub hub, IBroker broker)
{
    private const string ListQuestion = "connections.list";
    private const string EndQuestion = "connections.end";

    /// <summary>Has a process answer for its connections.</summary>
    public static void AnswerFor(IConnectedClients clients, Hub hub)
    {
        hub.AnswersLater(ListQuestion, argument => List(clients, argument));
        hub.AnswersLater(EndQuestion, async argument =>
            await clients.Disconnect(System.Text.Encoding.UTF8.GetString(argument)).ConfigureAwait(false)
                ? "1"u8.ToArray()
                : null);
    }

    /// <summary>Lists them, in the order of their places.</summary>
    /// <param name="after">The place after which they begin; null for the first.</param>
    public async ValueTask<SurveyedClients> List(ConnectionFilter filter, string? after, int limit, int channels)
    {
        var argument = JsonBytes.Write(writer =>
        {
            filter.Write(writer);
            writer.WriteNumber("limit"u8, limit);
            writer.WriteNumber("most"u8, channels);
            if (after is not null)
            {
                writer.WriteString("after"u8, after);
            }
        });
        var (answers, isPartial) = await hub.SurveyAll(broker, ListQuestion, argument).ConfigureAwait(false);
        return new SurveyedClients(
            [.. answers.SelectMany(ReadList).OrderBy(client => client.Place, StringComparer.Ordinal).Take(limit)],
            isPartial);
    }

    /// <summary>Ends what is held for one that has no name.</summary>
    /// <returns>How many there were: one or none.</returns>
    public async ValueTask<int> Disconnect(string id) =>
        (await broker.Survey(EndQuestion, System.Text.Encoding.UTF8.GetBytes(id)).ConfigureAwait(false)).Count;

    private static async ValueTask<byte[]?> List(IConnectedClients clients, byte[] argument)
    {
        using var json = JsonDocument.Parse(argument);
        var asked = json.RootElement;
        var found = await clients.List(
            ConnectionFilter.Read(asked),
            asked.TryGetProperty("after"u8, out var after) ? after.GetString() : null,
            asked.GetProperty("limit"u8).GetInt32(),
            asked.GetProperty("most"u8).GetInt32()).ConfigureAwait(false);
        return found.Count == 0 ? null : JsonBytes.Write(writer =>
        {
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

    private static List<ConnectedClient> ReadList(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty("clients"u8).EnumerateArray().Select(ConnectedClient.Read)];
    }
}

/// <param name="IsPartial">Whether other servers could not be asked.</param>
public sealed record SurveyedClients(IReadOnlyList<ConnectedClient> Clients, bool IsPartial);

/// <summary>A survey that has an answer also while the servers cannot ask each other.</summary>
internal static class SurveyOfAll
{
    /// <summary>
    /// Asks all processes that share the channels, or where they cannot be reached, this server's own.
    /// </summary>
    public static async ValueTask<(IReadOnlyList<byte[]> Answers, bool IsPartial)> SurveyAll(
        this Hub hub, IBroker broker, string question, byte[] argument)
    {
        try
        {
            return (await broker.Survey(question, argument).ConfigureAwait(false), false);
        }
        catch (BrokerException)
        {
            return (await hub.SurveyHere(question, argument).ConfigureAwait(false), true);
        }
    }
}
