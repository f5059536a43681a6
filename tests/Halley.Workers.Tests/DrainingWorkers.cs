namespace Halley.Workers.Tests;

/// <summary>All workers are told to end their connections, and waited for.</summary>
public sealed class DrainingWorkers : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(7);

    private readonly World _world = new(workers: 2);
    private readonly List<TimeSpan> _told = [];

    public DrainingWorkers()
    {
        foreach (var worker in _world.Workers)
        {
            worker.Main.WhenToldToDrain = _told.Add;
        }
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void They_are_drained_when_all_have_said_so()
    {
        var drained = _world.All.Drain(Within);
        _world.Run();
        Assert.Equal([Within, Within], _told);

        _world.Workers[0].Main.SayDrained();
        _world.Run();
        Assert.False(drained.IsCompleted);

        _world.Workers[1].Main.SayDrained();
        _world.Run();
        Assert.True(Ends(drained));
    }

    [Fact]
    public void One_that_ends_meanwhile_is_not_waited_for()
    {
        var drained = _world.All.Drain(Within);
        _world.Run();
        _world.Workers[0].Main.SayDrained();
        _world.Workers[1].Down.End("it died");
        _world.Run();

        Assert.True(Ends(drained));
    }

    // What follows from the last of them runs on the thread pool.
    private static bool Ends(Task drained) => drained.Wait(TimeSpan.FromSeconds(30));
}
