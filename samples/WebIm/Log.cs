namespace WebIm;

/// <summary>Everything that the messenger writes to its log.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "The messenger is at {Addresses} (Ctrl+C ends it)")]
    public static partial void Serving(this ILogger logger, ICollection<string> addresses);

    [LoggerMessage(LogLevel.Information, "Halley is there: what people send is told at once")]
    public static partial void HalleyFound(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "Halley is away: what people send is kept, and told when it is back")]
    public static partial void HalleyLost(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "Halley ended with status {Status}; it is started again")]
    public static partial void HalleyEnded(this ILogger logger, int status);

    [LoggerMessage(
        LogLevel.Error, "Halley cannot be started, which needs setpriv (of util-linux) and dotnet on the PATH")]
    public static partial void HalleyNotStarted(this ILogger logger, Exception reason);

    [LoggerMessage(LogLevel.Debug, "Halley does not answer")]
    public static partial void HalleyAway(this ILogger logger, Exception reason);

    [LoggerMessage(LogLevel.Warning, "Halley refused a push")]
    public static partial void PushRefused(this ILogger logger, Exception reason);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception reason, string method, string? path);
}
