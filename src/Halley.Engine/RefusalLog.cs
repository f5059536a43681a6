using System.Globalization;
using System.Net;
using System.Text;
using Halley.Protocol.Http;
using Microsoft.Extensions.Logging;

namespace Halley.Engine;

/// <summary>
/// The operator's record of what was refused: a line for each, up to so many a second; of the rest, their number. A
/// flood of refusals neither fills a disk nor takes the server's time. Any thread.
/// </summary>
/// <remarks>
/// What a client sent stands in it as far as the path: never the query, fields or a body, where there are secrets.
/// </remarks>
internal sealed class RefusalLog : IRefusalLog, IDisposable
{
    private const int MostPathBytes = 200;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly int _perSecond;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _began;
    private int _lines;
    private long _leftOut;

    /// <param name="perSecond">The most lines in a second; 0 for no log at all.</param>
    public RefusalLog(int perSecond, TimeProvider time, ILogger logger)
    {
        _perSecond = logger.IsEnabled(LogLevel.Information) ? perSecond : 0;
        _time = time;
        _logger = logger;
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(_ => TellLeftOut(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public bool TryTake()
    {
        if (_perSecond == 0)
        {
            return false;
        }

        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_began, now) >= Second)
            {
                (_began, _lines) = (now, 0);
            }

            if (_lines < _perSecond)
            {
                _lines++;
                return true;
            }

            if (_leftOut++ == 0)
            {
                _timer.Change(Second, Timeout.InfiniteTimeSpan);
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public void Write(
        RefusalNote note, EndPoint listener, IPAddress client, RequestMethod method, ReadOnlySpan<byte> path)
    {
        var verb = method.ToString().ToUpperInvariant();
        _logger.Refused(client, note.Status, verb, TextOf(path), listener, note.Reason);
    }

    /// <inheritdoc/>
    public void Write(RefusalNote note, EndPoint listener, IPAddress client) =>
        _logger.Refused(client, note.Status, listener, note.Reason);

    public void Dispose() => _timer.Dispose();

    private void TellLeftOut()
    {
        long count;
        lock (_lock)
        {
            (count, _leftOut) = (_leftOut, 0);
        }

        _logger.RefusalsLeftOut(count);
    }

    // As it would stand in an address: no byte of it changes a terminal's mind.
    private static string TextOf(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder();
        foreach (var value in path[..Math.Min(path.Length, MostPathBytes)])
        {
            _ = value is > (byte)' ' and < 0x7F
                ? text.Append((char)value)
                : text.Append(CultureInfo.InvariantCulture, $"%{value:x2}");
        }

        return text.Append(path.Length > MostPathBytes ? "..." : "").ToString();
    }
}
