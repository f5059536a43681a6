using System.Collections.Concurrent;
using Halley.Protocol.Answers;
using Halley.Protocol.Explaining;
using Halley.Time;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// A dispatcher without a thread of its own: its work is done in order, one piece at a time, on the thread pool. The
/// answers that live on it share their clock and what is written once for all of them.
/// </summary>
internal sealed class Loop : IDispatcher, IThreadPoolWorkItem, IDisposable
{
    private const int StepsPerWork = 512;
    private const int WheelSlots = 1024;

    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(128);

    private readonly ConcurrentQueue<IWork> _work = new();
    private readonly List<HttpExchange> _dirty = [];
    private readonly TickClock _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _isScheduled;

    public Loop(TimeProvider time, Watches watches, ILogger logger)
    {
        _clock = new TickClock(TickLength, WheelSlots, time);
        _logger = logger;
        Answers = new HeldAnswers(_clock) { Watches = watches };
        // Work like any other, so that it is not missed where it comes while other work is done.
        var tick = new Call(static () => { });
        _timer = time.CreateTimer(_ => Post(tick), null, TickLength, TickLength);
    }

    public HeldAnswers Answers { get; }

    /// <inheritdoc/>
    public Backlog Backlog { get; } = new();

    /// <inheritdoc/>
    public void Post(IWork work)
    {
        _work.Enqueue(work);
        Schedule();
    }

    /// <summary>Has an exchange flushed after this piece of work. On this dispatcher.</summary>
    public void FlushLater(HttpExchange exchange) => _dirty.Add(exchange);

    /// <inheritdoc/>
    public void Execute()
    {
        _clock.Update();
        for (var pieces = _work.Count; pieces > 0 && _work.TryDequeue(out var work); pieces--)
        {
            Run(work);
            Flush();
        }

        Answers.DeliverInOrder();
        _clock.Timers.AdvanceTo(_clock.Now);
        Flush();
        if (_work.IsEmpty)
        {
            Answers.Rest();
        }

        // What was posted since is seen here, or by whoever posted it: neither may look before it has written.
        Interlocked.Exchange(ref _isScheduled, 0);
        if (!_work.IsEmpty)
        {
            Schedule();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void Run(IWork work)
    {
        try
        {
            var steps = StepsPerWork;
            if (!work.Run(ref steps))
            {
                _work.Enqueue(work);
            }
        }
        catch (Exception exception)
        {
            Log.Failed(_logger, exception);
        }
    }

    private void Flush()
    {
        foreach (var exchange in _dirty)
        {
            exchange.Flush();
        }

        _dirty.Clear();
    }
}

/// <summary>A piece of work that is a call.</summary>
internal sealed class Call(Action action) : IWork
{
    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        action();
        return true;
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A bug in Halley: one connection, or one delivery, has failed")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The policy {Policy} has failed; it counts as not fulfilled")]
    public static partial void PolicyFailed(ILogger logger, Exception exception, string policy);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A subscriber is too slow: {Bytes} bytes wait for it")]
    public static partial void TooSlow(ILogger logger, long bytes);
}
