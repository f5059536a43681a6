using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Memory;

/// <summary>
/// Gives memory back to the system when much of what was held is gone. The collector looks only when something new is allocated, which a server at rest
/// hardly does, and then gives back little: what an attack or a busy hour took would be kept for days.
/// </summary>
/// <remarks>
/// In two steps. First a collection in the background says how much is alive. Where that is little beside what is committed, it is compacted, for which
/// everything stands still: so only where little is alive.
/// </remarks>
internal sealed class SpareMemory : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>What a connection holds, with its place in a channel.</summary>
    public const long BytesPerConnection = 256;

    // Bytes. Less than that is not worth the trouble.
    private const long Least = 64 << 20;

    // Bytes alive: some 100 ms of standing still.
    private const long MostCompacted = 128 << 20;

    // Bytes allocated between two looks, while a server counts as at rest.
    private const long Rest = 4 << 20;

    // Looks. After half a minute a fall is as good as over.
    private const int Patience = 6;

    // Looks: ten minutes between two compactions for what was allocated and has gone; what was held and has gone seldom goes twice.
    private const int TimeBetween = 120;

    private readonly Func<long> _held;
    private readonly IHeap _heap;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    // The collection that was the last when another was asked for; null while none is.
    private long? _asked;
    private bool _fell;
    private int _unrest;
    private int _sinceCompaction = TimeBetween;
    private long _heldBefore;
    private long _mostHeld;
    private long _allocatedBefore;
    private long _allocatedThen;

    /// <param name="held">Bytes that channels, messages and connections hold, more or less; any thread.</param>
    public SpareMemory(Func<long> held, IHeap heap, TimeProvider time, ILogger logger)
    {
        _held = held;
        _heap = heap;
        _logger = logger;
        _timer = time.CreateTimer(_ => LookAlone(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void LookAlone()
    {
        // One at a time: where one takes longer than the interval, the next is left out.
        if (Monitor.TryEnter(_timer))
        {
            try
            {
                Look();
            }
            finally
            {
                Monitor.Exit(_timer);
            }
        }
    }

    private void Look()
    {
        _sinceCompaction++;
        var (held, allocated) = (_held(), _heap.Allocated);
        var isAtRest = allocated - _allocatedBefore < Rest;
        var isSteady = isAtRest && Math.Abs(held - _heldBefore) <= held / 16;
        (_heldBefore, _allocatedBefore, _mostHeld) = (held, allocated, Math.Max(_mostHeld, held));
        if (_asked is { } before)
        {
            if (_heap.LastFull is var (number, live) && number != before)
            {
                _asked = null;
                CompactWhereWorthIt(live);
            }

            return;
        }

        _fell = held < _mostHeld - (_mostHeld / 4) && _mostHeld - held > Least / 4;
        _unrest = _fell && !isSteady ? _unrest + 1 : 0;
        if (_heap.Committed > Least
            && ((_fell && (isSteady || _unrest > Patience)) || (isAtRest && allocated - _allocatedThen > Least)))
        {
            _asked = _heap.LastFull.Number;
            (_mostHeld, _allocatedThen, _unrest) = (held, allocated, 0);
            _heap.Collect();
        }
    }

    private void CompactWhereWorthIt(long live)
    {
        var committed = _heap.Committed;
        if (committed - live < Math.Max(Least, live) || live > MostCompacted || (!_fell && _sinceCompaction < TimeBetween))
        {
            return;
        }

        _sinceCompaction = 0;
        _heap.Compact();
        _logger.GaveMemoryBack(Math.Max(0, committed - _heap.Committed) >> 20, _heap.Committed >> 20);
    }
}
