using FsCheck.Fluent;
using Halley.Testing.Properties;
using Halley.Time;

namespace Halley.Core.Tests;

/// <summary>A wheel does what a table of timers and their ticks would do.</summary>
public class TimerWheelProperties
{
    private const int Timers = 6;

    private enum Verb
    {
        Schedule,
        Cancel,
        Advance,
    }

    [Theory]
    [InlineData(0)]
    [InlineData(uint.MaxValue - 20)]
    [InlineData(int.MaxValue - 20)]
    public void Whatever_is_scheduled_and_cancelled_each_timer_is_called_at_its_tick(uint start)
    {
        var steps = Any.ListOf(
            from verb in Gen.Elements(Verb.Schedule, Verb.Schedule, Verb.Cancel, Verb.Advance)
            from timer in Gen.Choose(0, Timers - 1)
            from ticks in Gen.Choose(-3, 20)
            select new Step(verb, timer, ticks));
        Claim.Holds(steps, list => AgreesWithTable(list, start), times: 500);
    }

    private static void AgreesWithTable(IReadOnlyList<Step> steps, uint start)
    {
        var wheel = new TimerWheel(slots: 4, start);
        var timers = Enumerable.Range(0, Timers).Select(_ => new RecordingTimer()).ToArray();

        // Ticks since the start, which do not wrap.
        var due = new long?[Timers];
        var calls = Enumerable.Range(0, Timers).Select(_ => new List<uint>()).ToArray();
        long now = 0;
        foreach (var (verb, timer, ticks) in steps)
        {
            switch (verb)
            {
                case Verb.Schedule:
                    wheel.Schedule(timers[timer], unchecked(start + (uint)(now + ticks)));
                    due[timer] = Math.Max(now + ticks, now + 1);
                    break;
                case Verb.Cancel:
                    wheel.Cancel(timers[timer]);
                    due[timer] = null;
                    break;
                default:
                    now += Math.Max(0, ticks);
                    wheel.AdvanceTo(unchecked(start + (uint)now));
                    for (var i = 0; i < Timers; i++)
                    {
                        if (due[i] <= now)
                        {
                            calls[i].Add(unchecked(start + (uint)due[i]!.Value));
                            due[i] = null;
                        }
                    }

                    break;
            }

            Assert.Equal(due.Count(tick => tick is not null), wheel.Count);
            for (var i = 0; i < Timers; i++)
            {
                Assert.Equal(calls[i], timers[i].Calls);
            }
        }
    }

    private readonly record struct Step(Verb Verb, int Timer, int Ticks);
}
