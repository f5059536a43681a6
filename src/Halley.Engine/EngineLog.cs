using System.Net;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>
/// Every line that the engine logs. Never the content of a message, nor a request's query: there are tokens in it.
/// </summary>
internal static partial class EngineLog
{
    [LoggerMessage(LogLevel.Debug, "Reactor {Reactor} is listening on {EndPoint}")]
    public static partial void Listening(this ILogger logger, int reactor, EndPoint endPoint);

    [LoggerMessage(
        LogLevel.Information,
        "io_uring cannot be used: {Why}. Every connection sends with a system call of its own, "
            + "which costs a broadcast some 15 % more")]
    public static partial void NoIoUring(this ILogger logger, string why);

    [LoggerMessage(LogLevel.Debug, "A connection to {EndPoint} ended: {Reason}")]
    public static partial void ConnectionEnded(this ILogger logger, EndPoint endPoint, CloseReason reason);

    [LoggerMessage(
        LogLevel.Warning,
        "All connections that {EndPoint} may have are in use: further ones wait. "
            + "Raise the limit of open files (ulimit -n, LimitNOFILE) to take more")]
    public static partial void Full(this ILogger logger, EndPoint endPoint);

    [LoggerMessage(
        LogLevel.Warning,
        "All connections that this process may have to {EndPoint} are in use: it leaves the port to the others. "
            + "Raise the limit of open files (ulimit -n, LimitNOFILE) or the number of workers to take more")]
    public static partial void PortLeft(this ILogger logger, EndPoint endPoint);

    [LoggerMessage(
        LogLevel.Warning,
        "{Address} has as many connections to {EndPoint} as one address may (engine.max_connections_per_address; "
            + "or more than half of all): further ones get 503. If it is a proxy of yours, name it in trusted_proxies")]
    public static partial void TurnedAway(this ILogger logger, IPAddress address, EndPoint endPoint);

    [LoggerMessage(
        LogLevel.Warning,
        "Connections to {EndPoint} cannot be accepted now ({Error}); they wait, and it is tried again")]
    public static partial void AcceptFailed(this ILogger logger, EndPoint endPoint, string error);

    [LoggerMessage(LogLevel.Information, "Refused {Client} with {Status}: {Method} {Path} at {Listener}: {Reason}")]
    public static partial void Refused(
        this ILogger logger,
        IPAddress client,
        string status,
        string method,
        string path,
        EndPoint listener,
        string reason);

    [LoggerMessage(LogLevel.Information, "Refused {Client} with {Status} at {Listener}: {Reason}")]
    public static partial void Refused(
        this ILogger logger, IPAddress client, string status, EndPoint listener, string reason);

    [LoggerMessage(
        LogLevel.Information, "{Count} further refusals have no line: logger.refusals allows so many in a second")]
    public static partial void RefusalsLeftOut(this ILogger logger, long count);

    [LoggerMessage(LogLevel.Error, "A connection ended by an error of the server's own; all others go on")]
    public static partial void Failed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "A link to another process of this server ended by an error of the server's own")]
    public static partial void LinkFailed(this ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Critical, "Reactor {Reactor} has ended by an error of its own")]
    public static partial void ReactorFailed(this ILogger logger, Exception exception, int reactor);
}
