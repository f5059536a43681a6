using System.Buffers;
using System.Text;
using NLog;
using NLog.Common;
using NLog.Targets;

namespace Halley.Server.Logging;

/// <summary>Hands lines to a <see cref="LogFile"/>, as many at once as have come.</summary>
internal sealed class LogFileTarget(LogFile file) : TargetWithLayout
{
    private readonly ArrayBufferWriter<byte> _lines = new();

    protected override void Write(LogEventInfo logEvent)
    {
        Add(logEvent);
        Flush(1);
    }

    protected override void Write(IList<AsyncLogEventInfo> logEvents)
    {
        foreach (var one in logEvents)
        {
            Add(one.LogEvent);
        }

        Flush(logEvents.Count);
        foreach (var one in logEvents)
        {
            one.Continuation(null);
        }
    }

    private void Add(LogEventInfo one)
    {
        _ = Encoding.UTF8.GetBytes(RenderLogEvent(Layout, one), _lines);
        _lines.Write("\n"u8);
    }

    private void Flush(int count)
    {
        file.Append(_lines.WrittenSpan, count, Describe);
        _lines.ResetWrittenCount();
    }

    private byte[] Describe(string trouble) =>
        Encoding.UTF8.GetBytes(
            RenderLogEvent(Layout, LogEventInfo.Create(LogLevel.Error, nameof(LogFile), trouble)) + "\n");
}
