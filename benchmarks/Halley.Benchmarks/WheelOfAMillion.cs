using BenchmarkDotNet.Attributes;
using Halley.Time;

namespace Halley.Benchmarks;

/// <summary>
/// A million timers of 30 seconds, spread over a reactor's wheel: what one of them costs when it comes due and waits
/// again.
/// </summary>
[MemoryDiagnoser]
public class WheelOfAMillion
{
    private const int TicksOfHeartbeat = 300;
    private const int DuePerTick = 3334;
    private const int Slots = 512;

    private readonly TimerWheel _wheel = new(Slots);
    private uint _now;
    private int _called;

    [GlobalSetup]
    public void Fill()
    {
        // In the order they come, a tick's worth after another; those of one tick do not lie together in memory.
        for (var i = 0; i < DuePerTick; i++)
        {
            for (var tick = 1u; tick <= TicksOfHeartbeat; tick++)
            {
                _wheel.Schedule(new Beat(this), tick);
            }
        }
    }

    [Benchmark(OperationsPerInvoke = DuePerTick)]
    public void Tick()
    {
        _called = 0;
        _wheel.AdvanceTo(++_now);
        if (_called != DuePerTick)
        {
            throw new InvalidOperationException($"{_called} timers came due; there should be {DuePerTick}");
        }
    }

    private sealed class Beat(WheelOfAMillion owner) : TimerNode
    {
        protected internal override void OnDue(uint now)
        {
            owner._called++;
            owner._wheel.Schedule(this, now + TicksOfHeartbeat);
        }
    }
}
