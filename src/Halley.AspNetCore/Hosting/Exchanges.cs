using Halley.Protocol;
using Halley.Protocol.Answers;
using Halley.Protocol.Explaining;
using Halley.Protocol.Transports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// All requests that a host answers over Kestrel: how many they may be, which dispatchers they live on, what they may
/// take together, and how they end. Any thread.
/// </summary>
internal sealed partial class Exchanges : IDisposable
{
    // Of the time of draining; what is left is for what is under way then.
    private const double ShareToEnd = 0.9;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly int _most;
    private readonly ILogger _logger;
    private readonly Loop[] _loops;
    private volatile bool _isDraining;
    private int _next;
    private int _count;

    /// <param name="most">Requests at a time; a further one is refused with 503.</param>
    /// <param name="maxUnshared">Bytes that nobody else has and that may wait for all clients together.</param>
    /// <param name="maxUnfinished">Bytes of requests and WebSocket messages that have not come whole.</param>
    public Exchanges(int most, long maxUnshared, long maxUnfinished, TimeProvider time, ILogger logger)
    {
        (_most, Time, _logger) = (most, time, logger);
        Unshared = new Budget(maxUnshared);
        Unfinished = new Budget(maxUnfinished);
        Watches = new Watches(time);
        _loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Loop(time, Watches, logger))];
    }

    /// <summary>Whether answers are their connections' last, since the host is to end. Any thread.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>The clock that everything here goes by.</summary>
    public TimeProvider Time { get; }

    /// <summary>The number of requests that are answered or held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The budget for what waits for clients and is each one's own.</summary>
    public Budget Unshared { get; }

    /// <summary>The budget for what has not come whole.</summary>
    public Budget Unfinished { get; }

    /// <summary>The messages that were written to held answers.</summary>
    public long Delivered => _loops.Sum(loop => loop.Answers.DeliveredCount);

    /// <summary>The number of answers that are held in a way.</summary>
    public long HeldCount(TransportKind transport) => _loops.Sum(loop => loop.Answers.HeldCount(transport));

    /// <summary>A dispatcher for one more subscriber.</summary>
    public Loop NextLoop() => _loops[(int)((uint)Interlocked.Increment(ref _next) % (uint)_loops.Length)];

    /// <summary>
    /// Answers a request of a server that answers all requests; see <see cref="RawRequest.OfServer"/>.
    /// </summary>
    /// <inheritdoc cref="AnswerAsync"/>
    public Task ServeAsync(
        HttpContext context, IRequestHandler handler, ExchangeOptions options, BodyReceiver bodies, int most) =>
        RawRequest.OfServer(context, out var error) is { } request
            ? AnswerAsync(context, request, handler, options, bodies, most)
            : RefuseAsync(context, error!, options);

    /// <summary>Answers a request, and holds the answer as long as it lasts.</summary>
    /// <param name="bodies">Receives its body, where it has one, before it is answered.</param>
    /// <param name="most">The longest body that is taken, in bytes.</param>
    /// <param name="visitor">Who asks; null where no application knows.</param>
    public async Task AnswerAsync(
        HttpContext context,
        RawRequest request,
        IRequestHandler handler,
        ExchangeOptions options,
        BodyReceiver bodies,
        int most,
        Visitor? visitor = null)
    {
        if (Interlocked.Increment(ref _count) > _most)
        {
            Interlocked.Decrement(ref _count);
            context.Response.Headers.RetryAfter = "10";
            await RefuseAsync(context, TooMany, options).ConfigureAwait(false);
            return;
        }

        var loop = NextLoop();
        var exchange = new HttpExchange(request, handler, context, loop, visitor, options, this, _logger);
        _all.TryAdd(exchange.Number, exchange);
        try
        {
            if (!BodyReceiver.HasBody(context)
                || await bodies.ReceiveAsync(context, request, exchange, most).ConfigureAwait(false))
            {
                await HttpExchangePump.RunAsync(exchange, context).ConfigureAwait(false);
            }
        }
        finally
        {
            if (exchange.EndsConnection)
            {
                // Of HTTP/2 too, which says that it takes no more requests.
                context.Connection.RequestClose();
            }

            exchange.Forget();
            _all.TryRemove(exchange.Number, out _);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Ends what is held, at once: clients come back.</summary>
    public void Stop()
    {
        foreach (var (_, exchange) in _all)
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
        _isDraining = true;
        var began = Time.GetTimestamp();
        var those = _all.Values.ToArray();
        var timeToEnd = within * ShareToEnd;
        var pace = new DrainPace(those.Length, timeToEnd, 1);
        for (var next = 0; next < those.Length;)
        {
            var elapsed = Time.GetElapsedTime(began);
            for (var due = pace.DueAfter(elapsed); next < due; next++)
            {
                Return(those[next], elapsed);
            }

            await Task.Delay(Step, Time, cancellation).ConfigureAwait(false);
        }

        // Those that came since, or were behind when their turn was.
        while (!_all.IsEmpty)
        {
            var elapsed = Time.GetElapsedTime(began);
            foreach (var (_, exchange) in _all)
            {
                Return(exchange, elapsed);
            }

            await Task.Delay(BetweenLooks, Time, cancellation).ConfigureAwait(false);
        }

        void Return(HttpExchange exchange, TimeSpan elapsed) =>
            exchange.Return(within * Random.Shared.NextDouble(), atOnce: elapsed >= timeToEnd);
    }

    public void Dispose()
    {
        Watches.Dispose();
        Array.ForEach(_loops, loop => loop.Dispose());
    }
}
