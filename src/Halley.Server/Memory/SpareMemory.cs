using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Memory;

/// <summary>
/// Gives memory back to the system when much of what was held is gone. The collector looks only when something new is
/// allocated, which a server at rest hardly does, and then gives back little: what an attack or a busy hour took would
/// be kept for days.
/// </summary>
/// <remarks>
/// In two steps. First a collection in the background says how much is alive. Where that is little, it is compacted
/// then, for which everything stands still. Where it is much, the collector is asked again and again for what takes it
/// a millisecond and gives back some regions that are free: not all, since nothing is moved.
/// </remarks>
internal sealed class SpareMemory : IDisposable
{
    /// <summary>The interval at which it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>The memory of a connection, with its place in a channel.</summary>
    public const long BytesPerConnection = 256;

    // Bytes. Less than that is not worth the trouble.
    private const long Least = 64 << 20;

    // Bytes alive: some 100 ms of standing still.
    private const long MostCompacted = 64 << 20;

    // Young collections, after which there must be something to show for. A region is given back when it has been free
    // for some twenty of them.
    private const int Batch = 25;

    private static readonly TimeSpan TimeBetweenYoung = TimeSpan.FromMilliseconds(50);

    // Bytes allocated between two looks, while a server counts as at rest.
    private const long Rest = 4 << 20;

    // Looks. After half a minute a fall is as good as over.
    private const int Patience = 6;

    // Looks: ten minutes between two compactions for what was allocated and has gone; what was held and has gone seldom
    // goes twice.
    private const int TimeBetween = 120;

    private readonly Func<long> _held;
    private readonly IHeap _heap;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    // The collection that was the last when another was asked for; null while none is.
    private long? _asked;
    private bool _fell;

    // Young collections so far; null while they are not under way.
    private int? _young;
    private long _committedAtFirst;
    private long _committedBefore;
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
        if (_young is { } young)
        {
            CollectYoung(young + 1);
            return;
        }

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
                GiveBack(live);
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

    private void GiveBack(long live)
    {
        _committedAtFirst = _committedBefore = _heap.Committed;
        if (_committedAtFirst - live < Math.Max(Least, live / 4) || (!_fell && _sinceCompaction < TimeBetween))
        {
            return;
        }

        _sinceCompaction = 0;
        if (live > MostCompacted)
        {
            _young = 0;
            _timer.Change(TimeBetweenYoung, TimeBetweenYoung);
            return;
        }

        _heap.Compact();
        Say();
    }

    private void CollectYoung(int young)
    {
        _heap.CollectYoung();
        _young = young;
        if (young % Batch != 0)
        {
            return;
        }

        var committed = _heap.Committed;
        if (committed >= _committedBefore)
        {
            _young = null;
            _timer.Change(Interval, Interval);
            Say();
        }

        _committedBefore = committed;
    }

    private void Say() =>
        _logger.GaveMemoryBack(Math.Max(0, _committedAtFirst - _heap.Committed) >> 20, _heap.Committed >> 20);
}
