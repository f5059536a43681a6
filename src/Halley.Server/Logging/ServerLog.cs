using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Logging;

/// <summary>Every line this assembly logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(LogLevel.Information, "{Product} serves subscribers on {Front} and publishers on {Admin}")]
    public static partial void Started(this ILogger logger, string product, IPEndPoint front, IPEndPoint admin);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(LogLevel.Information, "SIGHUP: the log was opened again; the configuration is read at the start only")]
    public static partial void LogReopened(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "{Signal}: ending")]
    public static partial void Ending(this ILogger logger, PosixSignal signal);

    [LoggerMessage(LogLevel.Information, "Ended")]
    public static partial void Ended(this ILogger logger);

    [LoggerMessage(LogLevel.Critical, "Ending, for an error that nobody expected")]
    public static partial void Failed(this ILogger logger, Exception unexpected);
}
