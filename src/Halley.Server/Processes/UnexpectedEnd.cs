using Halley.Server.Logging;

namespace Halley.Server.Processes;

/// <summary>
/// An exception on some thread that nobody catches: a mistake of ours. It ends the process, but in one line and tidily.
/// </summary>
internal static class UnexpectedEnd
{
    /// <param name="pidfile">Released, so that the server can be started again.</param>
    public static void Watch(LogSink log, TextWriter error, Pidfile? pidfile) =>
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            if (unhandled.ExceptionObject is Exception exception)
            {
                log.For<Node>().Failed(exception);
                error.WriteLine($"halley: {Line(exception)}");
            }

            pidfile?.Release();
            log.Dispose();
            Environment.Exit(1);
        };

    /// <summary>The whole stack is the log's business, at level debug.</summary>
    public static string Line(Exception unexpected) =>
        $"an error that nobody expected: {unexpected.GetType().Name}: {unexpected.Message.ReplaceLineEndings(" ")}; "
            + "logger.level debug logs its stack";
}
