using System.Collections.Concurrent;
using System.Globalization;
using Halley.Protocol;
using Halley.Protocol.Answers;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// All requests that a host answers over Kestrel: how many they may be, which dispatchers they live on, what they may
/// take together, and how they end. Any thread.
/// </summary>
/// <param name="most">Requests at a time; a further one is refused with 503.</param>
/// <param name="maxUnshared">Bytes that nobody else has and that may wait for all clients together.</param>
/// <param name="maxUnfinished">Bytes of requests and WebSocket messages that have not come whole.</param>
internal sealed class Exchanges(
    int most, long maxUnshared, long maxUnfinished, TimeProvider time, ILogger logger) : IDisposable
{
    // Of the time of draining; what is left is for what is under way then.
    private const double ShareToEnd = 0.9;
    private const int FirstStatus = 400;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<HttpExchange, byte> _all = new();
    private readonly Loop[] _loops =
        [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Loop(time, logger))];

    private readonly long[] _refused = new long[200];
    private int _next;
    private int _count;

    /// <summary>The number of requests that are answered or held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The budget for what waits for clients and is each one's own.</summary>
    public Budget Unshared { get; } = new(maxUnshared);

    /// <summary>The budget for what has not come whole.</summary>
    public Budget Unfinished { get; } = new(maxUnfinished);

    /// <summary>The messages that were written to held answers.</summary>
    public long Delivered => _loops.Sum(loop => loop.Answers.DeliveredCount);

    /// <summary>The requests that were answered with a status of an error, for each status there was.</summary>
    public IEnumerable<(int Status, long Count)> Refused() => _refused
        .Select((count, place) => (FirstStatus + place, count))
        .Where(refused => refused.count > 0);

    /// <summary>A dispatcher for one more subscriber.</summary>
    public Loop NextLoop() => _loops[(int)((uint)Interlocked.Increment(ref _next) % (uint)_loops.Length)];

    /// <summary>Answers a request, and holds the answer as long as it lasts.</summary>
    /// <param name="receive">
    /// Receives its body, before it is answered: false where that was answered already. Null for none.
    /// </param>
    /// <param name="visitor">Who asks; null where no application knows.</param>
    public async Task AnswerAsync(
        HttpContext context,
        RawRequest request,
        IRequestHandler handler,
        ExchangeOptions options,
        Func<HttpExchange, Task<bool>>? receive = null,
        Visitor? visitor = null)
    {
        if (Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            Count503();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        var loop = NextLoop();
        var exchange = new HttpExchange(request, handler, context, loop, visitor, options, this, logger);
        _all.TryAdd(exchange, 0);
        try
        {
            if (receive is null || await receive(exchange).ConfigureAwait(false))
            {
                await HttpExchangePump.RunAsync(exchange, context).ConfigureAwait(false);
            }
        }
        finally
        {
            exchange.Forget();
            _all.TryRemove(exchange, out _);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Answers a request that cannot be handled.</summary>
    public Task RefuseAsync(HttpContext context, RequestError error)
    {
        var status = int.Parse(error.Status.AsSpan(0, 3), CultureInfo.InvariantCulture);
        CountAnswer(status);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(error.Explanation + "\n");
    }

    /// <summary>Counts an answer, where its status is an error's.</summary>
    public void CountAnswer(int status)
    {
        if ((uint)(status - FirstStatus) < (uint)_refused.Length)
        {
            Interlocked.Increment(ref _refused[status - FirstStatus]);
        }
    }

    /// <summary>Ends what is held, at once: clients come back.</summary>
    public void Stop()
    {
        foreach (var (exchange, _) in _all)
        {
            exchange.Stop();
        }
    }

    /// <summary>
    /// Ends what is held evenly over a time, in each transport's words for coming back; what was published before is
    /// still told.
    /// </summary>
    /// <returns>Completes when nothing is under way.</returns>
    public async Task DrainAsync(TimeSpan within, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var those = _all.Keys.ToArray();
        var timeToEnd = within * ShareToEnd;
        var pace = new DrainPace(those.Length, timeToEnd, 1);
        for (var next = 0; next < those.Length;)
        {
            var elapsed = time.GetElapsedTime(began);
            for (var due = pace.DueAfter(elapsed); next < due; next++)
            {
                Return(those[next], elapsed);
            }

            await Task.Delay(Step, time, cancellation).ConfigureAwait(false);
        }

        // Those that came since, or were behind when their turn was.
        while (!_all.IsEmpty)
        {
            var elapsed = time.GetElapsedTime(began);
            foreach (var (exchange, _) in _all)
            {
                Return(exchange, elapsed);
            }

            await Task.Delay(BetweenLooks, time, cancellation).ConfigureAwait(false);
        }

        void Return(HttpExchange exchange, TimeSpan elapsed) =>
            exchange.Return(within * Random.Shared.NextDouble(), atOnce: elapsed >= timeToEnd);
    }

    public void Dispose() => Array.ForEach(_loops, loop => loop.Dispose());

    private void Count503() => CountAnswer(StatusCodes.Status503ServiceUnavailable);
}
