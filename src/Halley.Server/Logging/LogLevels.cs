using Microsoft.Extensions.Logging;

namespace Halley.Server.Logging;

/// <summary>The levels by the words that the configuration has for them.</summary>
internal static class LogLevels
{
    public static LogLevel Of(string word) => word switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        "none" => LogLevel.None,
        _ => LogLevel.Information,
    };
}
