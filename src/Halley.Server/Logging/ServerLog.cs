using System.Runtime.InteropServices;
using Halley.Router;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Logging;

/// <summary>Every line this assembly logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(LogLevel.Information, "{Product} serves subscribers on {Front} and publishers on {Admin}")]
    public static partial void Started(this ILogger logger, string product, string front, string admin);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(
        LogLevel.Information, "SIGHUP: the log was opened again; the configuration is read at the next start")]
    public static partial void Reloaded(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "SIGUSR1: the log was opened again")]
    public static partial void LogReopened(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "SIGHUP: the servers are {Servers}")]
    public static partial void ServersReloaded(this ILogger logger, string servers);

    [LoggerMessage(LogLevel.Error, "SIGHUP: the servers stay as they were: {Why}")]
    public static partial void ServersNotReloaded(this ILogger logger, string why);

    [LoggerMessage("Server {Server} is {State}")]
    public static partial void ServerBecame(this ILogger logger, LogLevel level, string server, ServerState state);

    [LoggerMessage(LogLevel.Information, "The presence feed of {Server} is followed")]
    public static partial void FeedFollowed(this ILogger logger, string server);

    [LoggerMessage(LogLevel.Warning, "The presence feed of {Server} ended")]
    public static partial void FeedEnded(this ILogger logger, string server);

    [LoggerMessage(
        LogLevel.Error,
        "The presence feed of {Server} is answered with {Status}; is this its port for publishers, and may this "
            + "address use it?")]
    public static partial void FeedRefused(this ILogger logger, string server, int status);

    [LoggerMessage(LogLevel.Error, "What {Server} sends is no presence feed; is this its port for publishers?")]
    public static partial void FeedBroken(this ILogger logger, string server);

    [LoggerMessage(
        LogLevel.Warning,
        "A channel that others were given is at {Server} again, whose subscribers have missed something: it is closed "
            + "there")]
    public static partial void ChannelClosedThere(this ILogger logger, string server);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} serves as process {Process}")]
    public static partial void WorkerServes(this ILogger logger, int worker, int process);

    [LoggerMessage(
        LogLevel.Error,
        "Worker {Worker} ended ({Reason}; its process {Process} ended with status {Status}): its connections are gone, "
            + "all others go on")]
    public static partial void WorkerEnded(this ILogger logger, int worker, string reason, int process, int status);

    /// <param name="delay">In seconds.</param>
    [LoggerMessage(LogLevel.Error, "Worker {Worker} is started again in {Delay} s")]
    public static partial void WorkerStartsAgain(this ILogger logger, int worker, double delay);

    [LoggerMessage(LogLevel.Error, "Worker {Worker} cannot be started")]
    public static partial void WorkerNotStarted(this ILogger logger, Exception exception, int worker);

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} does not end by itself and is killed")]
    public static partial void WorkerKilled(this ILogger logger, int worker);

    [LoggerMessage("Worker {Worker}: {Source}: {Line}")]
    public static partial void WorkerSays(this ILogger logger, LogLevel level, int worker, string source, string line);

    [LoggerMessage(
        LogLevel.Error,
        "Worker {Worker} stands still and is ended: its process {Process} has not answered for as long as "
            + "engine.worker_patience says")]
    public static partial void WorkerStandsStill(this ILogger logger, int worker, int process);

    [LoggerMessage(LogLevel.Error, "Worker {Worker} does not get ready and is ended: its process is {Process}")]
    public static partial void WorkerNotReady(this ILogger logger, int worker, int process);

    [LoggerMessage(LogLevel.Information, "{Given} MiB of memory are with the system again; {Left} MiB are left")]
    public static partial void GaveMemoryBack(this ILogger logger, long given, long left);

    [LoggerMessage(LogLevel.Information, "{Signal}: ending")]
    public static partial void Ending(this ILogger logger, PosixSignal signal);

    [LoggerMessage(LogLevel.Information, "Ended")]
    public static partial void Ended(this ILogger logger);

    [LoggerMessage(LogLevel.Critical, "Ending, for an error that nobody expected")]
    public static partial void Failed(this ILogger logger, Exception unexpected);
}
