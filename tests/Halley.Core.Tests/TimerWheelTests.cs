using Halley.Time;

namespace Halley.Core.Tests;

public class TimerWheelTests
{
    private readonly TimerWheel _wheel = new(slots: 8);

    [Fact]
    public void A_timer_is_called_at_its_tick_and_not_before()
    {
        var timer = new RecordingTimer();
        _wheel.Schedule(timer, 5);

        _wheel.AdvanceTo(4);
        Assert.Empty(timer.Calls);

        _wheel.AdvanceTo(5);
        Assert.Equal([5u], timer.Calls);
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void A_timer_is_called_once()
    {
        var timer = new RecordingTimer();
        _wheel.Schedule(timer, 3);
        _wheel.AdvanceTo(100);
        Assert.Equal([3u], timer.Calls);
    }

    [Fact]
    public void A_timer_further_away_than_the_wheel_is_round_waits_for_its_turn()
    {
        var timer = new RecordingTimer();
        _wheel.Schedule(timer, 8 + 8 + 3);
        _wheel.AdvanceTo(18);
        Assert.Empty(timer.Calls);
        _wheel.AdvanceTo(19);
        Assert.Equal([19u], timer.Calls);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(9)]
    [InlineData(0)]
    public void A_tick_that_is_past_counts_as_the_next(uint due)
    {
        _wheel.AdvanceTo(10);
        var timer = new RecordingTimer();
        _wheel.Schedule(timer, due);
        _wheel.AdvanceTo(11);
        Assert.Equal([11u], timer.Calls);
    }

    [Fact]
    public void Scheduling_a_timer_that_waits_moves_it()
    {
        var timer = new RecordingTimer();
        _wheel.Schedule(timer, 2);
        _wheel.Schedule(timer, 6);
        Assert.Equal(1, _wheel.Count);
        _wheel.AdvanceTo(20);
        Assert.Equal([6u], timer.Calls);
    }

    [Fact]
    public void A_cancelled_timer_is_not_called()
    {
        var timers = Enumerable.Range(0, 3).Select(_ => new RecordingTimer()).ToArray();
        foreach (var timer in timers)
        {
            _wheel.Schedule(timer, 4);
        }

        _wheel.Cancel(timers[1]);
        _wheel.Cancel(timers[1]);
        Assert.Equal(2, _wheel.Count);
        _wheel.AdvanceTo(4);
        Assert.Equal([1, 0, 1], timers.Select(timer => timer.Calls.Count));
    }

    [Fact]
    public void A_timer_that_is_called_may_schedule_itself_again()
    {
        var timer = new RecordingTimer();
        timer.WhenDue = now => _wheel.Schedule(timer, now + 8);
        _wheel.Schedule(timer, 1);
        _wheel.AdvanceTo(18);
        Assert.Equal([1u, 9u, 17u], timer.Calls);
    }

    [Fact]
    public void A_timer_that_schedules_itself_for_now_waits_for_the_next_tick()
    {
        var timer = new RecordingTimer();
        timer.WhenDue = now => _wheel.Schedule(timer, now);
        _wheel.Schedule(timer, 1);
        _wheel.AdvanceTo(3);
        Assert.Equal([1u, 2u, 3u], timer.Calls);
    }

    [Fact]
    public void A_timer_that_is_called_may_cancel_another_that_is_due_now()
    {
        var timers = new[] { new RecordingTimer(), new RecordingTimer() };
        timers[0].WhenDue = _ => _wheel.Cancel(timers[1]);
        timers[1].WhenDue = _ => _wheel.Cancel(timers[0]);
        _wheel.Schedule(timers[0], 2);
        _wheel.Schedule(timers[1], 2);
        _wheel.AdvanceTo(20);
        Assert.Equal(1, timers.Sum(timer => timer.Calls.Count));
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void A_timer_that_is_called_may_put_off_another_that_is_due_now()
    {
        var timers = new[] { new RecordingTimer(), new RecordingTimer() };
        timers[0].WhenDue = now => _wheel.Schedule(timers[1], now + 3);
        timers[1].WhenDue = now => _wheel.Schedule(timers[0], now + 3);
        _wheel.Schedule(timers[0], 2);
        _wheel.Schedule(timers[1], 2);
        _wheel.AdvanceTo(2);
        Assert.Equal(1, timers.Sum(timer => timer.Calls.Count));
        _wheel.AdvanceTo(5);
        Assert.Equal([1, 1], timers.Select(timer => timer.Calls.Count));
    }

    [Fact]
    public void Ticks_may_wrap_around()
    {
        var wheel = new TimerWheel(slots: 8, now: uint.MaxValue - 2);
        var before = new RecordingTimer();
        var after = new RecordingTimer();
        wheel.Schedule(before, uint.MaxValue);
        wheel.Schedule(after, 5);
        wheel.AdvanceTo(uint.MaxValue);
        Assert.Equal([uint.MaxValue], before.Calls);
        wheel.AdvanceTo(4);
        Assert.Empty(after.Calls);
        wheel.AdvanceTo(5);
        Assert.Equal([5u], after.Calls);
    }

    [Fact]
    public void Those_that_are_due_together_are_called_in_slices()
    {
        var timers = Enumerable.Range(0, 10).Select(_ => new RecordingTimer()).ToList();
        timers.ForEach(timer => _wheel.Schedule(timer, 3));
        var later = new RecordingTimer();
        _wheel.Schedule(later, 4);

        Assert.False(_wheel.AdvanceTo(5, budget: 6));
        Assert.Equal(6, timers.Count(timer => timer.Calls.Count == 1));
        Assert.Equal(5, _wheel.Count);

        Assert.True(_wheel.AdvanceTo(5, budget: 6));
        Assert.All(timers, timer => Assert.Equal([3u], timer.Calls));
        Assert.Equal([4u], later.Calls);
        Assert.Equal(5u, _wheel.Now);
    }

    [Fact]
    public void A_timer_that_is_due_and_waits_for_the_next_slice_can_be_cancelled_or_moved()
    {
        var timers = Enumerable.Range(0, 3).Select(_ => new RecordingTimer()).ToList();
        timers.ForEach(timer => _wheel.Schedule(timer, 3));
        Assert.False(_wheel.AdvanceTo(3, budget: 1));
        var left = timers.Where(timer => timer.Calls.Count == 0).ToList();

        _wheel.Cancel(left[0]);
        _wheel.Schedule(left[1], 3);

        Assert.True(_wheel.AdvanceTo(9, budget: 10));
        Assert.Empty(left[0].Calls);
        Assert.Equal([4u], left[1].Calls);
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        var timer = new RecordingTimer();
        _wheel.AdvanceTo(10);
        _wheel.Schedule(timer, 12);
        _wheel.AdvanceTo(3);
        Assert.Equal(10u, _wheel.Now);
        Assert.Empty(timer.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    [InlineData(6)]
    public void A_wheel_has_as_many_slots_as_a_power_of_two(int slots) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimerWheel(slots));
}
