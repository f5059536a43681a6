using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Tls;

/// <summary>
/// The services that Kestrel asks for: a log. Of its own lines only warnings and errors are taken, as the others may
/// hold the address of a request, in which there may be a token; and of these one in ten seconds, as a client may bring
/// them about, of whom none is more than a warning.
/// </summary>
internal sealed class KestrelServices(ILogger logger, TimeProvider time) : IServiceProvider, ILoggerFactory
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private long _last;

    /// <inheritdoc/>
    public object? GetService(Type serviceType) => serviceType == typeof(ILoggerFactory) ? this : null;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Warnings(this);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Warn(string line) => logger.Kestrel(line);

    private bool MayWarn()
    {
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _last);
        return (last == 0 || time.GetElapsedTime(last, now) >= Between)
            && Interlocked.CompareExchange(ref _last, now, last) == last;
    }

    private sealed class Warnings(KestrelServices services) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && services.MayWarn())
            {
                services.Warn(formatter(state, exception));
            }
        }
    }
}
