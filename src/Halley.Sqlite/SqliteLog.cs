using Microsoft.Extensions.Logging;

namespace Halley.Sqlite;

internal static partial class SqliteLog
{
    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Path} has {Channels} channels with {Messages} messages of {Bytes} bytes")]
    public static partial void StorageOpened(
        this ILogger logger, string path, long channels, long messages, long bytes);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Path} was not closed, and what was published last may be missing: every stream begins a new epoch")]
    public static partial void StorageWasCut(this ILogger logger, string path);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Path} cannot be written to: {Reason}; subscribers stay, publishing is refused until it can")]
    public static partial void StorageRefuses(this ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} can be written to again")]
    public static partial void StorageIsBack(this ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The thread of the storage has ended: {Reason}")]
    public static partial void WriterEnded(this ILogger logger, string reason, Exception cause);
}
