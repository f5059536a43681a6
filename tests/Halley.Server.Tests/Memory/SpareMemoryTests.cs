using Halley.Server.Memory;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Server.Tests.Memory;

/// <summary>When memory is given back, and when it is left alone, on a clock and a heap of the test's own.</summary>
public sealed class SpareMemoryTests : IDisposable
{
    private const long Mega = 1 << 20;

    private readonly ManualTime _time = new();
    private readonly FakeHeap _heap = new();
    private readonly SpareMemory _memory;
    private long _held;

    public SpareMemoryTests() => _memory = new SpareMemory(() => _held, _heap, _time, NullLogger.Instance);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void What_an_attack_took_is_given_back_within_half_a_minute_after_it_is_gone()
    {
        Attack();
        _time.AdvanceSeconds(30);
        Assert.Equal(0, _heap.Compactions);

        (_held, _heap.LiveNow) = (1 * Mega, 20 * Mega);
        _time.AdvanceSeconds(30);

        Assert.Equal(1, _heap.Compactions);
    }

    [Fact]
    public void What_is_gone_bit_by_bit_is_given_back_too()
    {
        Attack();
        for (; _held > 10 * Mega; _held -= _held / 4)
        {
            _heap.Allocated += 10 * Mega;
            _heap.LiveNow = _held;
            _time.AdvanceSeconds(5);
        }

        _time.AdvanceSeconds(60);
        Assert.Equal(1, _heap.Compactions);
    }

    [Fact]
    public void Garbage_that_was_never_held_by_a_channel_is_given_back_too()
    {
        _heap.Committed = 500 * Mega;
        _heap.Allocated = 800 * Mega;
        _heap.LiveNow = 20 * Mega;
        _time.AdvanceSeconds(30);
        Assert.Equal(1, _heap.Compactions);
    }

    [Fact]
    public void A_server_that_holds_as_much_as_before_is_left_alone()
    {
        Attack();
        _time.AdvanceSeconds(20);
        var before = _heap.Collections;
        _time.AdvanceSeconds(3600);
        Assert.Equal((before, 0), (_heap.Collections, _heap.Compactions));
    }

    [Fact]
    public void A_small_server_is_left_alone()
    {
        _heap.Committed = 40 * Mega;
        _held = 30 * Mega;
        _time.AdvanceSeconds(10);
        _held = 0;
        _time.AdvanceSeconds(3600);
        Assert.Equal(0, _heap.Collections);
    }

    [Fact]
    public void Where_much_is_alive_it_is_given_back_bit_by_bit_and_nothing_stands_still()
    {
        Attack();
        _time.AdvanceSeconds(20);
        (_held, _heap.LiveNow) = (100 * Mega, 300 * Mega);
        _time.AdvanceSeconds(30);
        Assert.Equal(0, _heap.Compactions);
        Assert.InRange(_heap.Committed, 300 * Mega, 304 * Mega);
        var young = _heap.YoungCollections;
        _time.AdvanceSeconds(600);
        Assert.InRange(_heap.Collections, 1, 2);
        Assert.InRange(_heap.YoungCollections, young, young + 50);
    }

    [Fact]
    public void A_busy_server_does_not_stand_still_again_and_again()
    {
        for (var i = 0; i < 120; i++)
        {
            _heap.Committed = 300 * Mega;
            _heap.Allocated += 3 * Mega;
            _heap.LiveNow = 20 * Mega;
            _time.AdvanceSeconds(5);
        }

        Assert.InRange(_heap.Compactions, 0, 2);
    }

    private void Attack()
    {
        _held = 500 * Mega;
        _heap.Committed = 600 * Mega;
        _heap.Allocated += 900 * Mega;
        _heap.LiveNow = 520 * Mega;
        _time.AdvanceSeconds(5);
    }

    private sealed class FakeHeap : IHeap
    {
        public long Committed { get; set; } = 20 * Mega;

        public long Allocated { get; set; }

        /// <summary>What the next collection will find alive.</summary>
        public long LiveNow { get; set; }

        public (long Number, long Live) LastFull { get; private set; }

        public int Collections { get; private set; }

        public int Compactions { get; private set; }

        public void Collect()
        {
            Collections++;
            LastFull = (LastFull.Number + 1, LiveNow);
        }

        public int YoungCollections { get; private set; }

        public void CollectYoung()
        {
            YoungCollections++;
            Committed = Math.Max(LiveNow, Committed - (4 * Mega));
        }

        public void Compact()
        {
            Compactions++;
            LastFull = (LastFull.Number + 1, LiveNow);
            Committed = LiveNow;
        }
    }
}
