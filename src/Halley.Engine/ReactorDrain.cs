using Halley.Engine.Connections;
using Halley.Protocol.Answers;

namespace Halley.Engine;

/// <summary>
/// The draining of one reactor: it stops accepting, ends one connection after another, and then whatever has finished
/// since. Work of its reactor, posted again and again.
/// </summary>
internal sealed class ReactorDrain(Reactor reactor, TimeSpan within, int reactors, TimeProvider time) : IWork
{
    // Of the time; what is left is for what is under way then.
    private const double ShareToEnd = 0.9;

    // Who has connected just before is about to ask: clients do not try again where their first request fails.
    private static readonly TimeSpan TimeForFirstRequests = TimeSpan.FromSeconds(1);

    // Looking at all connections costs some milliseconds where there were a million.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new();
    private readonly TimeSpan _timeToEnd = within * ShareToEnd;
    private readonly long _began = time.GetTimestamp();
    private DrainPace? _pace;
    private int _next;
    private TimeSpan? _lastLook;
    private int _isPosted;
    private volatile bool _isDone;

    /// <summary>Whether nothing was under way when it last looked. Any thread.</summary>
    public bool IsDone => _isDone;

    /// <summary>Has the reactor do what is due. Any thread.</summary>
    public void Post()
    {
        if (Interlocked.Exchange(ref _isPosted, 1) == 0)
        {
            reactor.Post(this);
        }
    }

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        var table = reactor.Connections.Table;
        if (_pace is not { } pace)
        {
            reactor.StopAccepting();
            _pace = pace = new DrainPace(table.Slots, _timeToEnd, reactors);
        }

        var elapsed = time.GetElapsedTime(_began);
        var due = pace.DueAfter(elapsed);
        for (; _next < due && budget > 0; budget--)
        {
            End(table.At(_next++), elapsed);
        }

        if (_next < due)
        {
            return false;
        }

        if (_next == pace.Total && !(elapsed - _lastLook < BetweenLooks))
        {
            _lastLook = elapsed;
            _isDone = !IsAnyUnderWay(table, elapsed);
        }

        Volatile.Write(ref _isPosted, 0);
        return true;
    }

    // Those that came since, had a request under way, or were behind when their turn was.
    private bool IsAnyUnderWay(ConnectionTable table, TimeSpan elapsed)
    {
        var isAny = false;
        for (var slot = 0; slot < table.Slots; slot++)
        {
            isAny |= End(table.At(slot), elapsed);
        }

        return isAny;
    }

    private bool End(Connection? connection, TimeSpan elapsed) =>
        connection is not null && connection.Drain(
            within * _random.NextDouble(),
            expectsFirst: elapsed < TimeForFirstRequests,
            atOnce: elapsed >= _timeToEnd);
}
