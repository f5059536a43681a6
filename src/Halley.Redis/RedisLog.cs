using Microsoft.Extensions.Logging;

namespace Halley.Redis;

internal static partial class RedisLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is there: {Server}")]
    public static partial void RedisIsThere(this ILogger logger, string server);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Redis is not there yet ({Server}): {Reason}; publishing is refused until it is")]
    public static partial void RedisIsNotThereYet(this ILogger logger, string server, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Redis is gone ({Server}): {Reason}; subscribers stay, publishing is refused until it is back")]
    public static partial void RedisIsGone(this ILogger logger, string server, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Redis does not pass on what is published ({Missing} probes are missing): connecting anew")]
    public static partial void RedisIsDeaf(this ILogger logger, int missing);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "All {Channels} channels that are followed were compared with Redis again, in {Milliseconds} ms")]
    public static partial void FollowedAgain(this ILogger logger, int channels, long milliseconds);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Server {Node} ended without a word: this one says of {Count} of its clients that they left, "
            + "unless they come back")]
    public static partial void Inherited(this ILogger logger, string node, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis refuses: {Reason}")]
    public static partial void RedisRefuses(this ILogger logger, string reason);
}
