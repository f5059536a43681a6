using System.Text.Json;
using Halley.Broker;

namespace Halley.Protocol.Clients;

/// <summary>
/// Asks all servers that share the channels how much each of them holds, with its workers. Any thread.
/// </summary>
public sealed class NodeSurvey(Hub hub, IBroker broker)
{
    private const string ProcessQuestion = "node.process";
    private const string NodeQuestion = "node.report";

    /// <summary>Has a process answer for what it holds, a worker too.</summary>
    /// <param name="held">The number of its answers that are held now.</param>
    public static void AnswerForProcess(Hub hub, ClientRegistry clients, Func<long> held) =>
        hub.AnswersLater(ProcessQuestion, async _ =>
        {
            // Hashing a million names takes a while, which no reactor has.
            var users = await Task.Run(() => UserSketch.Of(clients.Users)).ConfigureAwait(false);
            return new ProcessReport(held(), clients.UserCount, users, Environment.WorkingSet).Write();
        });

    /// <summary>Has a server answer for itself and its workers.</summary>
    /// <param name="name">What it is called among those that share its channels.</param>
    public static void AnswerForNode(Hub hub, string name, string version, TimeProvider time)
    {
        var (id, began) = (Guid.NewGuid().ToString(), time.GetTimestamp());
        hub.AnswersLater(NodeQuestion, async _ =>
        {
            var answers = await hub.SurveyHere(ProcessQuestion, []).ConfigureAwait(false);
            var processes = answers.Select(ProcessReport.Read).ToList();
            var users = CountUsers(processes, out var isEstimate);
            return new NodeReport(id, name, version)
            {
                Clients = processes.Sum(static process => process.Held),
                Users = users,
                IsEstimate = isEstimate,
                Channels = hub.ChannelCount,
                Subscriptions = hub.SubscriberCount,
                Uptime = (long)time.GetElapsedTime(began).TotalSeconds,
                Memory = processes.Sum(static process => process.Memory),
            }.Write();
        });
    }

    /// <summary>Lists them by name.</summary>
    internal async ValueTask<SurveyedNodes> List()
    {
        var (answers, isPartial) = await hub.SurveyAll(broker, NodeQuestion, []).ConfigureAwait(false);
        return new SurveyedNodes(
            [.. answers.Select(NodeReport.Read).OrderBy(static node => node.Name, StringComparer.Ordinal)], isPartial);
    }

    // One process knows how many they are. Of several, a user may be in more than one.
    private static long CountUsers(List<ProcessReport> processes, out bool isEstimate)
    {
        isEstimate = false;
        var some = processes.FindAll(static process => process.UserCount > 0);
        return some.Count < 2
            ? some.Sum(static process => process.UserCount)
            : some.Aggregate(UserSketch.None, static (all, process) => all.With(process.Users)).Count(out isEstimate);
    }

    /// <param name="Held">The number of answers that are held now.</param>
    /// <param name="Memory">Resident bytes.</param>
    private sealed record ProcessReport(long Held, long UserCount, UserSketch Users, long Memory)
    {
        public static ProcessReport Read(byte[] answer)
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            return new ProcessReport(
                root.GetProperty("held"u8).GetInt64(),
                root.GetProperty("users"u8).GetInt64(),
                UserSketch.Read(
                    root.GetProperty("sketch"u8).GetBytesFromBase64(), root.GetProperty("is_whole"u8).GetBoolean()),
                root.GetProperty("memory"u8).GetInt64());
        }

        public byte[] Write() => JsonBytes.Write(writer =>
        {
            writer.WriteNumber("held"u8, Held);
            writer.WriteNumber("users"u8, UserCount);
            writer.WriteBase64String("sketch"u8, Users.Write(out var isWhole));
            writer.WriteBoolean("is_whole"u8, isWhole);
            writer.WriteNumber("memory"u8, Memory);
        });
    }
}

/// <summary>A server's account of itself.</summary>
internal sealed record NodeReport(string Id, string Name, string Version)
{
    /// <summary>The number of answers that are held, sessions among them.</summary>
    public long Clients { get; init; }

    /// <summary>The number of users, of clients that have said who they are.</summary>
    public long Users { get; init; }

    /// <summary>Whether they are about so many.</summary>
    public bool IsEstimate { get; init; }

    public long Channels { get; init; }

    public long Subscriptions { get; init; }

    /// <summary>Seconds since it began.</summary>
    public long Uptime { get; init; }

    /// <summary>Resident bytes of all its processes.</summary>
    public long Memory { get; init; }

    public static NodeReport Read(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        return new NodeReport(Text("uid"), Text("name"), Text("version"))
        {
            Clients = Number("clients"),
            Users = Number("users"),
            IsEstimate = root.GetProperty("is_estimate"u8).GetBoolean(),
            Channels = Number("channels"),
            Subscriptions = Number("subscriptions"),
            Uptime = Number("uptime"),
            Memory = Number("memory"),
        };

        string Text(string name) => root.GetProperty(name).GetString()!;

        long Number(string name) => root.GetProperty(name).GetInt64();
    }

    public byte[] Write() => JsonBytes.Write(writer =>
    {
        writer.WriteString("uid"u8, Id);
        writer.WriteString("name"u8, Name);
        writer.WriteString("version"u8, Version);
        writer.WriteNumber("clients"u8, Clients);
        writer.WriteNumber("users"u8, Users);
        writer.WriteBoolean("is_estimate"u8, IsEstimate);
        writer.WriteNumber("channels"u8, Channels);
        writer.WriteNumber("subscriptions"u8, Subscriptions);
        writer.WriteNumber("uptime"u8, Uptime);
        writer.WriteNumber("memory"u8, Memory);
    });
}

/// <param name="IsPartial">Whether other servers could not be asked.</param>
internal sealed record SurveyedNodes(IReadOnlyList<NodeReport> Nodes, bool IsPartial);
