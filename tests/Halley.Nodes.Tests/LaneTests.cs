using Halley.Nodes.Tests.Simulation;
using Halley.Testing.Doubles;

namespace Halley.Nodes.Tests;

/// <summary>A node reaches another by a link for each of its threads.</summary>
public sealed class LaneTests
{
    private static readonly string Push = $"/push?cname={Words.ChannelOf("b")}&content=x";

    [Fact]
    public void A_request_goes_over_the_link_of_the_thread_that_it_came_to()
    {
        using var world = Words.Serving();
        var links = world.LinksOf("a", "b");
        Assert.Equal(world["a"].Dispatchers, links.Select(link => link.Dispatcher));
        world.Cut("a", "b");

        foreach (var own in links)
        {
            PushOn(world, own.Dispatcher);
            Assert.All(links, link => Assert.Equal(link == own, link.TakePending().Length > 0));
        }
    }

    [Fact]
    public void A_link_that_ends_loses_what_waited_for_it_and_nothing_else()
    {
        using var world = Words.Serving();
        var links = world.LinksOf("a", "b");
        world["b"].Stop();
        var (first, second) = (PushOn(world, links[0].Dispatcher), PushOn(world, links[1].Dispatcher));
        links[1].End("pulled");
        world.Settle();

        Assert.Equal("502 Bad Gateway", second.Status);
        Assert.Null(first.Head);
        world["b"].Continue(noticesFirst: false);
        world.Settle();
        Assert.Equal("200 OK", first.Status);
        Assert.Equal("serving", world["a"].StateOf("b"));
    }

    [Fact]
    public void A_thread_without_a_link_takes_the_first_until_it_has_one_again()
    {
        using var world = Words.Serving();
        var thread = world.LinksOf("a", "b")[1].Dispatcher;
        world.LinksOf("a", "b")[1].End("pulled");
        world.Settle();

        Assert.Equal("200 OK", PushOn(world, thread).Status);
        world.Run(1);
        Assert.Equal(thread, world.LinksOf("a", "b")[1].Dispatcher);
        Assert.Equal("200 OK", PushOn(world, thread).Status);
    }

    [Fact]
    public void A_link_over_which_nothing_is_heard_is_dialled_anew_although_the_first_is_well()
    {
        using var world = Words.Serving();
        var (first, deaf) = (world.LinksOf("a", "b")[0], world.LinksOf("a", "b")[1]);
        deaf.IsDeaf = true;
        world.Run(5);

        Assert.Equal("it is silent", deaf.WhyEnded);
        Assert.False(first.IsOver);
        Assert.Equal("serving", world["a"].StateOf("b"));
        Assert.Equal("200 OK", PushOn(world, deaf.Dispatcher).Status);
    }

    [Fact]
    public void As_many_requests_wait_for_a_node_as_may_over_all_its_links()
    {
        using var world = new SimWorld(new NodeOptions { Key = SimWorld.Options.Key, MaxWaiting = 3 }, Words.Names);
        world.RunUntilAllServe();
        world["b"].Stop();

        var asked = Enumerable.Range(0, 5).Select(_ => world.Get("a", Push)).ToList();
        Assert.Equal([null, null, null, "503 Service Unavailable", "503 Service Unavailable"], asked.Select(exchange => exchange.Head is null ? null : exchange.Status));
        world["b"].Continue(noticesFirst: false);
        world.Settle();
        Assert.Equal("200 OK", world.Get("a", Push).Status);
    }

    private static RecordingExchange PushOn(SimWorld world, IDispatcher thread)
    {
        RecordingExchange exchange;
        do
        {
            exchange = world["a"].Ask(world["a"].Admin, Push);
        }
        while (exchange.Dispatcher != thread);
        world.Settle();
        return exchange;
    }
}
