using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>
/// A process that stands still is missed by the other side of its link, and one that is only late is not.
/// </summary>
public sealed class StandingStill : IDisposable
{
    private static readonly TimeSpan MainSilenceTimeout = World.SilenceTimeout * 6;

    private readonly World _world = new();
    private readonly ManualDispatcher _second = new();

    public StandingStill()
    {
        foreach (var worker in _world.Workers)
        {
            worker.Main.SayReady();
            worker.Main.Live([worker.Dispatcher, _second], MainSilenceTimeout, _world.Time);
        }

        Pass(seconds: 20);
    }

    private Worker First => _world.Workers[0];

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Who_answers_lives_on()
    {
        Assert.All(
            _world.Workers,
            worker => Assert.Equal((false, null, null), (worker.WasSilent, worker.WhyDeskEnded, worker.WhyEnded)));
    }

    [Fact]
    public void A_worker_that_stands_still_is_missed_within_seconds_and_its_neighbour_lives_on()
    {
        First.StandsStill = true;
        Pass(seconds: 6);

        Assert.True(First.WasSilent);
        Assert.Equal("it stands still", First.WhyDeskEnded);
        Assert.False(_world.Workers[1].WasSilent);
    }

    [Fact]
    public void One_of_its_threads_that_stands_still_is_enough()
    {
        Pass(seconds: 6, secondRuns: false);

        Assert.All(_world.Workers, worker => Assert.True(worker.WasSilent));
    }

    [Fact]
    public void A_worker_that_is_busy_for_some_seconds_is_waited_for()
    {
        for (var times = 0; times < 5; times++)
        {
            First.StandsStill = true;
            Pass(seconds: 4);
            First.StandsStill = false;
            Pass(seconds: 1);
        }

        Assert.False(First.WasSilent);
    }

    [Fact]
    public void Nobody_is_missed_by_a_main_process_that_stood_still_itself()
    {
        _world.Workers.ToList().ForEach(worker => worker.MainStandsStill = true);
        _world.Time.Jump(TimeSpan.FromMinutes(10));
        _world.Workers.ToList().ForEach(worker => worker.MainStandsStill = false);
        Pass(seconds: 20);

        Assert.All(
            _world.Workers,
            worker => Assert.Equal((false, null, null), (worker.WasSilent, worker.WhyDeskEnded, worker.WhyEnded)));
    }

    [Fact]
    public void A_worker_that_is_not_ready_yet_is_given_the_time_it_takes()
    {
        using var world = new World(workers: 1);
        world.Pass(60);

        Assert.False(world.Workers[0].WasSilent);
    }

    [Fact]
    public void A_worker_whose_main_process_stands_still_ends_after_six_times_as_long_and_not_before()
    {
        First.MainStandsStill = true;
        Pass(seconds: 29);
        Assert.Null(First.WhyEnded);
        Pass(seconds: 2);

        Assert.Equal("the main process stands still", First.WhyEnded);
        Assert.Null(_world.Workers[1].WhyEnded);
    }

    [Fact]
    public void Without_an_end_to_patience_nobody_is_missed()
    {
        var timeout = new SilenceTimeout(TimeSpan.Zero);

        Assert.DoesNotContain(true, Enumerable.Range(0, 1000).Select(_ => timeout.CountBeat()));
    }

    private void Pass(int seconds, bool secondRuns = true)
    {
        for (var half = 0; half < 2 * seconds; half++)
        {
            _world.Time.Advance(Pulse.Interval);
            if (secondRuns)
            {
                _second.RunAll();
            }

            _world.Run();
            if (secondRuns)
            {
                _second.RunAll();
            }

            _world.Run();
        }
    }
}
