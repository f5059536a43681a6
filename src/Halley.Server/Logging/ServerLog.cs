using System.Net;
using System.Runtime.InteropServices;
using Halley.Router;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Logging;

/// <summary>Every line this assembly logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(LogLevel.Information, "{Product} serves {Places}")]
    public static partial void Started(this ILogger logger, string product, string places);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(LogLevel.Information, "{Signal}: the log was opened again")]
    public static partial void LogReopened(this ILogger logger, string signal);

    [LoggerMessage(LogLevel.Information, "The sockets that are listened on are process {Process}'s, too, from now on")]
    public static partial void SocketsHandedOver(this ILogger logger, int process);

    [LoggerMessage(LogLevel.Warning, "-s restart will not take over the sockets that are listened on: {Why}")]
    public static partial void SocketsStay(this ILogger logger, string why);

    [LoggerMessage(LogLevel.Information, "Sockets that listened already are used: {Places}")]
    public static partial void SocketsTaken(this ILogger logger, string places);

    [LoggerMessage(LogLevel.Warning, "Sockets that were handed over are closed, since nothing listens there: {Places}")]
    public static partial void SocketsClosed(this ILogger logger, string places);

    [LoggerMessage(
        LogLevel.Information, "The configuration was read again, and files with keys; otherwise now: {Changed}")]
    public static partial void ConfigurationReloaded(this ILogger logger, string changed);

    [LoggerMessage(LogLevel.Warning, "Needs a restart, and holds as before: {Keys}")]
    public static partial void NeedRestart(this ILogger logger, string keys);

    [LoggerMessage(LogLevel.Error, "The configuration holds as before: {Why}")]
    public static partial void ConfigurationNotReloaded(this ILogger logger, string why);

    [LoggerMessage(LogLevel.Warning, "The configuration is not taken over by all workers yet: {Why}")]
    public static partial void WorkerChangesLate(this ILogger logger, string why);

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
        "The presence feed of {Server} is answered with {Status}; is this its port for publishers, "
            + "and may this address use it?")]
    public static partial void FeedRefused(this ILogger logger, string server, int status);

    [LoggerMessage(LogLevel.Error, "What {Server} sends is no presence feed; is this its port for publishers?")]
    public static partial void FeedBroken(this ILogger logger, string server);

    [LoggerMessage(
        LogLevel.Warning,
        "A channel that others were given is at {Server} again, whose subscribers have missed something: "
            + "it is closed there")]
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

    [LoggerMessage(
        LogLevel.Error,
        "Worker {Worker} stands still and is ended: "
            + "its process {Process} has not answered for as long as engine.worker_patience says")]
    public static partial void WorkerStandsStill(this ILogger logger, int worker, int process);

    [LoggerMessage(LogLevel.Error, "Worker {Worker} does not get ready and is ended: its process is {Process}")]
    public static partial void WorkerNotReady(this ILogger logger, int worker, int process);

    [LoggerMessage(LogLevel.Information, "{Given} MiB of memory are with the system again; {Left} MiB are left")]
    public static partial void GaveMemoryBack(this ILogger logger, long given, long left);

    [LoggerMessage(LogLevel.Warning, "The service manager at {Address} (NOTIFY_SOCKET) is not told: {Why}")]
    public static partial void ServiceManagerNotTold(this ILogger logger, string address, string why);

    [LoggerMessage(LogLevel.Warning, "The key set of jwt.jwks_url cannot be fetched: {Why}")]
    public static partial void KeysNotFetched(this ILogger logger, string why);

    [LoggerMessage(
        LogLevel.Warning,
        "A connection of {Address} to {EndPoint} is closed: there are as many with TLS as there may be "
            + "(tls.max_connections), or of one address (engine.max_connections_per_address; or more than half)")]
    public static partial void TlsTurnedAway(this ILogger logger, IPAddress address, IPEndPoint endPoint);

    [LoggerMessage(LogLevel.Warning, "Kestrel: {Line}")]
    public static partial void Kestrel(this ILogger logger, string line);

    [LoggerMessage(LogLevel.Information, "The certificates of {EndPoint} were read again")]
    public static partial void CertificatesRead(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(LogLevel.Error, "The certificates of {EndPoint} stay as they were: {Why}")]
    public static partial void CertificatesNotRead(this ILogger logger, IPEndPoint endPoint, string why);

    [LoggerMessage(LogLevel.Warning, "A certificate ends on {Day:yyyy-MM-dd HH:mm}")]
    public static partial void CertificateEnds(this ILogger logger, DateTime day);

    [LoggerMessage(
        LogLevel.Warning, "Webhook {Webhook} cannot be told its events: {Why}. They wait, and it is tried again")]
    public static partial void WebhookFails(this ILogger logger, string webhook, string why);

    [LoggerMessage(
        LogLevel.Error, "Telling webhook {Webhook} has failed by an error of the server's own; it is tried again")]
    public static partial void WebhookBroken(this ILogger logger, Exception unexpected, string webhook);

    [LoggerMessage(LogLevel.Information, "Webhook {Webhook} takes its events again")]
    public static partial void WebhookIsBack(this ILogger logger, string webhook);

    [LoggerMessage(
        LogLevel.Error, "As many events wait for webhook {Webhook} as may: further ones are lost, and counted")]
    public static partial void WebhookQueueFull(this ILogger logger, string webhook);

    [LoggerMessage(
        LogLevel.Error, "{Count} events for webhook {Webhook} are given up: they have waited for as long as keep says")]
    public static partial void WebhookGaveUp(this ILogger logger, string webhook, int count);

    [LoggerMessage(LogLevel.Warning, "{What} cannot be sent to otlp.endpoint: {Why}")]
    public static partial void NotSent(this ILogger logger, string what, string why);

    [LoggerMessage(LogLevel.Information, "{What} are sent to otlp.endpoint again")]
    public static partial void SentAgain(this ILogger logger, string what);

    [LoggerMessage(LogLevel.Information, "{Signal}: ending")]
    public static partial void Ending(this ILogger logger, PosixSignal signal);

    /// <param name="within">In seconds.</param>
    [LoggerMessage(
        LogLevel.Information,
        "No new connections are taken; {Subscriptions} subscriptions are ended within {Within} s (drain.within)")]
    public static partial void Draining(this ILogger logger, int subscriptions, double within);

    /// <param name="elapsed">In seconds.</param>
    [LoggerMessage(LogLevel.Information, "All connections have ended after {Elapsed:0.0} s")]
    public static partial void Drained(this ILogger logger, double elapsed);

    [LoggerMessage(LogLevel.Information, "Asked again to end: {Subscriptions} subscriptions are cut off")]
    public static partial void DrainedInHurry(this ILogger logger, int subscriptions);

    [LoggerMessage(
        LogLevel.Warning,
        "The time of drain.within is over: {Subscriptions} subscriptions and what else is under way are cut off")]
    public static partial void NotDrained(this ILogger logger, int subscriptions);

    [LoggerMessage(LogLevel.Information, "Ended")]
    public static partial void Ended(this ILogger logger);

    [LoggerMessage(LogLevel.Critical, "Ending, for an error that nobody expected")]
    public static partial void Failed(this ILogger logger, Exception unexpected);

    [LoggerMessage(LogLevel.Warning, "The status page is not told what happens")]
    public static partial void StatusFailed(this ILogger logger, Exception exception);
}
