namespace Halley.Workers.Tests;

/// <summary>
/// A channel is closed while its worker, which has not heard so, counts its subscribers: that costs nobody anything.
/// </summary>
public sealed class ClosingChannels
{
    [Fact]
    public void A_subscriber_that_leaves_while_its_channel_is_being_closed_costs_its_worker_nothing()
    {
        using var world = new World(workers: 1);
        var worker = world.Workers[0];
        var client = worker.Subscribe("news");
        world.Run();
        client.Leave();
        world.Time.Advance(TimeSpan.FromMilliseconds(200));

        // What the worker counts comes when the channel is closed already, and the worker's place in it has not been
        // told yet.
        Assert.True(world.Hub.Close("news"u8, out _));
        Assert.True(worker.Up.CarryTo(worker.Down));
        world.Run();

        Assert.Null(worker.WhyDeskEnded);
        var next = worker.Subscribe("news");
        world.Run();
        world.Publish("news", "anew");
        world.Run();
        Assert.Equal("anew", next.Text);
    }

    [Fact]
    public void Subscribers_that_come_and_leave_while_their_channel_is_being_closed_cost_their_worker_nothing()
    {
        using var world = new World(workers: 1);
        var worker = world.Workers[0];
        var first = worker.Subscribe("news");
        world.Run();
        first.Leave();
        world.Run();

        // That it has ended is not told yet: the copy lets one in, whom its original counts no more.
        Assert.True(world.Hub.Close("news"u8, out _));
        worker.Subscribe("news").Leave();
        Assert.True(worker.Up.CarryTo(worker.Down));
        world.Run();

        Assert.Null(worker.WhyDeskEnded);
    }
}
