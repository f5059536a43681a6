using Halley.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Workers;

/// <summary>
/// A worker's log: its lines go over the link, and the main process writes them. So a log file has one writer, and a
/// worker no logging of its own.
/// </summary>
/// <param name="least">The level below which nothing is said; it may change.</param>
internal class LinkLogger(MainLink main, Func<LogLevel> least, string source) : ILogger
{
    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= least() && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState,
        Exception?,
        string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var line = formatter(state, exception);
            main.SayLog(
                (int)logLevel,
                source,
                exception is null ? line : $"{line}: "
                    + $"{(least() <= LogLevel.Debug ? exception : $"{exception.GetType().Name}: {exception.Message}")}",
                FieldsOf(state));
        }
    }

    // But for the message's own form, which logging adds.
    private static IEnumerable<KeyValuePair<string, string>> FieldsOf<TState>(TState state) =>
        (state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            .Where(field => field.Key != "{OriginalFormat}")
            .Select(field => KeyValuePair.Create(field.Key, $"{field.Value}"));

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}

/// <inheritdoc/>
internal sealed class LinkLogger<T>(
    MainLink main, Func<LogLevel> least) : LinkLogger(main, least, typeof(T).Name), ILogger<T>;
