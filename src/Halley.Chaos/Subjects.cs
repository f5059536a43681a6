using System.Net;
using Halley.Chaos.Clients;
using Halley.Chaos.Servers;

namespace Halley.Chaos;

/// <summary>The servers that chaos comes over: started by us, or running already.</summary>
public static class Subjects
{
    private const string Sessions = "/connection/";

    /// <summary>The kinds of a server that runs already.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["halley", "icomet", "push-stream", "nchan", "centrifugo", "events"];

    /// <summary>Whether there is a Redis to start.</summary>
    public static bool HasRedis => RedisServer.IsInstalled;

    /// <summary>Runs over servers of our own.</summary>
    /// <param name="command">How this program is started.</param>
    public static Task<ChaosReport> RunOwnAsync(
        OwnKind kind,
        IReadOnlyList<string> command,
        ChaosSettings settings,
        Action<string> progress,
        CancellationToken cancelled) =>
        RunAsync(new OwnServers(kind, command), settings, progress, cancelled);

    /// <summary>Runs over an nginx with nchan, to compare with.</summary>
    public static Task<ChaosReport> RunNchanAsync(
        ChaosSettings settings, Action<string> progress, CancellationToken cancelled) =>
        RunAsync(new NchanServer(), settings, progress, cancelled);

    /// <summary>Runs over a server that is there already: only connections to it fail.</summary>
    /// <param name="kind">Of <see cref="Kinds"/>.</param>
    /// <param name="front">Where subscribers come.</param>
    /// <param name="admin">Where publishers come.</param>
    /// <param name="subscribe">A path with <c>{channel}</c>; null for what is usual for its kind.</param>
    /// <param name="publish">The same for publishers, perhaps with <c>{message}</c>.</param>
    /// <exception cref="ChaosException">The kind is not known.</exception>
    public static Task<ChaosReport> RunOverAsync(
        string kind,
        IPEndPoint front,
        IPEndPoint admin,
        string? subscribe,
        string? publish,
        ChaosSettings settings,
        Action<string> progress,
        CancellationToken cancelled)
    {
        var addresses = new Dictionary<string, IPEndPoint> { ["front"] = front, ["own"] = front, ["admin"] = admin };
        var (transports, usual) = kind switch
        {
            "halley" => (Transports.OfFront, "/push?cname={channel}&content={message}"),
            "icomet" => (Transports.OfIComet, "/push?cname={channel}&content={message}"),
            "push-stream" => (Transports.OfEvents(subscribe ?? "/ev/{channel}"), "/pub?id={channel}"),
            "nchan" or "events" => (Transports.OfEvents(subscribe ?? "/sub/{channel}"), "/pub/{channel}"),
            "centrifugo" => (Transports.OfCentrifugo("front", subscribe ?? Sessions), "/api/publish"),
            _ => throw new ChaosException($"--server is \"{kind}\"; it wants {string.Join(", ", Kinds)}"),
        };
        PublisherKind[] publishers = kind == "centrifugo"
            ?
            [
                new("admin", publish ?? usual, PublisherForm.Api),
                new("front", (subscribe ?? Sessions) + "websocket", PublisherForm.Session),
            ]
            : [new("admin", publish ?? usual)];
        var server = new RunningServer(kind, addresses, transports, publishers);
        return RunAsync(server, settings, progress, cancelled);
    }

    private static async Task<ChaosReport> RunAsync(
        Subject subject, ChaosSettings settings, Action<string> progress, CancellationToken cancelled)
    {
        var run = new ChaosRun(subject, settings, progress);
        await using (run.ConfigureAwait(false))
        {
            return await run.RunAsync(cancelled).ConfigureAwait(false);
        }
    }
}
