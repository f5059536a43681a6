using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Sessions;

/// <summary>
/// Has sessions changed that run, on all processes that share the channels: each changes its own. Any thread.
/// </summary>
internal sealed class SessionSurvey(IBroker broker)
{
    private const string Question = "sessions.change";

    /// <summary>Has a process answer for its sessions.</summary>
    public static void AnswerFor(ClientRegistry clients, Hub hub) =>
        hub.AnswersLater(Question, argument => Make(clients, argument));

    /// <summary>Changes some sessions. What is told them is on its way when this completes.</summary>
    public async ValueTask<ChangedSessions> Make(ClientSelection selection, SessionChange change)
    {
        var argument = JsonBytes.Write(writer =>
        {
            selection.Write(writer);
            SessionChangeJson.Write(change, writer);
        });
        var answers = await broker.Survey(Question, argument).ConfigureAwait(false);
        return answers.Select(Read).Aggregate(
            default(ChangedSessions), static (sum, one) => new(sum.Changed + one.Changed, sum.Failed + one.Failed));
    }

    private static async ValueTask<byte[]?> Make(ClientRegistry clients, byte[] argument)
    {
        using var json = JsonDocument.Parse(argument);
        var selection = ClientSelection.Read(json.RootElement);
        var change = SessionChangeJson.Read(json.RootElement);
        var changes = clients.All.Where(selection.Includes)
            .Select(client => client.Session)
            .OfType<Session>()
            .Select(session => new SessionChangeWork(session, change).Begin())
            .ToList();
        if (changes.Count == 0)
        {
            return null;
        }

        var outcomes = await Task.WhenAll(changes).ConfigureAwait(false);
        return JsonBytes.Write(writer =>
        {
            writer.WriteNumber("changed"u8, outcomes.Count(outcome => outcome == SessionChangeStatus.Done));
            writer.WriteNumber("failed"u8, outcomes.Count(outcome => outcome == SessionChangeStatus.Failed));
        });
    }

    private static ChangedSessions Read(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        return new(
            json.RootElement.GetProperty("changed"u8).GetInt64(), json.RootElement.GetProperty("failed"u8).GetInt64());
    }
}

/// <summary>The number of sessions that were changed, and of those that could not be.</summary>
internal readonly record struct ChangedSessions(long Changed, long Failed);
