using Halley.Server.Configuration;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Extensions.Logging;
using NLog.Layouts;
using NLog.Targets;
using NLog.Targets.Wrappers;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Halley.Server.Logging;

/// <summary>
/// The sink of log lines: NLog behind ILogger, configured here and nowhere else. A thread of its own writes, so a slow
/// disk costs log lines and never a reactor's time.
/// </summary>
internal sealed class LogSink : IDisposable
{
    /// <summary>Lines that may wait to be written; some 2 MB. The next ones are dropped.</summary>
    private const int MaxQueuedLines = 10_000;

    /// <summary>For a disk that stands still: the log is opened again all the same.</summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly TargetWithLayout _target;
    private readonly LoggingRule _rule;
    private readonly LogFile? _file;
    private readonly LogFactory _nlog = new();
    private readonly ILoggerFactory _loggers;
    private readonly bool _isJson;
    private LogLevel _level;

    /// <exception cref="ConfigurationException">The log file cannot be written.</exception>
    public LogSink(LoggerSection options)
    {
        _isJson = options.IsJson;
        _file = options.IsFile ? Open(options) : null;
        _target = TargetOf(options.Output);
        _rule = new LoggingRule("*", new AsyncTargetWrapper(
            _target, MaxQueuedLines, AsyncTargetWrapperOverflowAction.Discard)
        {
            Name = "log",
        });
        _nlog.Configuration = new LoggingConfiguration(_nlog);
        _nlog.Configuration.LoggingRules.Add(_rule);
        SetLevel(options.Level);
        _loggers = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Trace)
            .AddProvider(new NLogLoggerProvider(
                new NLogProviderOptions
                {
                    ShutdownOnDispose = true,
                    CaptureEventId = EventIdCaptureType.None,
                },
                _nlog)));
    }

    /// <summary>Says which lines are written from now on. One thread at a time.</summary>
    /// <param name="word">As <c>logger.level</c> has it.</param>
    public void SetLevel(string word)
    {
        _level = LogLevels.Of(word);
        _rule.DisableLoggingForLevels(NLog.LogLevel.Trace, NLog.LogLevel.Fatal);
        if (_level != LogLevel.None)
        {
            _rule.EnableLoggingForLevels(NLog.LogLevel.FromOrdinal((int)_level), NLog.LogLevel.Fatal);
        }

        _target.Layout = _isJson ? new JsonLine(withStacks: _level <= LogLevel.Debug) : Line;
        _nlog.ReconfigExistingLoggers();
    }

    public ILogger<T> For<T>() => _loggers.CreateLogger<T>();

    /// <summary>
    /// Writes what waits, closes the log file and opens it again: whoever moved it away finds it whole.
    /// </summary>
    public void Reopen()
    {
        _nlog.Flush(FlushTimeout);
        _file?.Reopen();
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        _loggers.Dispose();
        _nlog.Shutdown();
        _file?.Dispose();
    }

    private TargetWithLayout TargetOf(string output) => output switch
    {
        LoggerSection.Stdout => new ConsoleTarget(),
        LoggerSection.Stderr => new ConsoleTarget { StdErr = true },
        _ => new LogFileTarget(_file!),
    };

    /// <summary>
    /// Time in UTC. A message is one line, whatever it holds: a line cannot be forged; only debugging wants whole
    /// stacks.
    /// </summary>
    private SimpleLayout Line => new(
        @"${date:universalTime=true:format=yyyy-MM-dd\THH\:mm\:ss.fff\Z} ${level:uppercase=true:padding=-5} "
        + @"${logger:shortName=true}: ${replace-newlines:replacement= | :${message}}"
        + (_level <= LogLevel.Debug
            ? "${onexception:${newline}${exception:format=tostring}}"
            : @"${onexception:\: ${replace-newlines:replacement= | :${exception:format=type,message:separator=\: }}}"));

    /// <summary>NLog keeps its troubles to itself; the operator wants to know at the start.</summary>
    private static LogFile Open(LoggerSection options)
    {
        try
        {
            return new LogFile(options.Output, options.Rotate.Size);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"logger.output: {options.Output} cannot be written: {refused.Message}");
        }
    }
}
