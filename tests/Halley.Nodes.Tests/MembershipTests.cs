using Halley.Nodes.Tests.Simulation;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Nodes.Tests;

/// <summary>Who serves, and how channels change hands.</summary>
public sealed class MembershipTests
{
    [Fact]
    public void Nodes_that_start_together_soon_serve_together()
    {
        using var world = new SimWorld("a", "b", "c");
        world.Run(3);

        Assert.All(world.Nodes, node => Assert.Equal(["a", "b", "c"], node.Serving()));
    }

    [Fact]
    public void A_node_whose_others_are_not_there_serves_alone()
    {
        using var world = new SimWorld("a");
        world.List("b");
        world.Run(3);

        Assert.Equal(["a"], world["a"].Serving());
        Assert.Equal("down", world["a"].StateOf("b"));
    }

    [Fact]
    public void Where_a_process_is_gone_its_channels_are_taken_at_once()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "c");
        world.Kill("b");
        world.Run(0.5);

        Assert.Equal("c", world["a"].Cluster.View.OwnerOf(System.Text.Encoding.UTF8.GetBytes(channel))!.Name);
        Assert.Equal("200 OK", world.Get("a", $"/push?cname={channel}&content=x").Status);
        Assert.True(world["c"].IsHere(channel));
    }

    [Fact]
    public void A_node_that_is_silent_is_down_after_eight_intervals_and_not_before()
    {
        using var world = Words.Serving();
        world.Cut("a", "b");
        world.Run(1.5);
        Assert.Equal(["a", "b", "c"], world["a"].Serving());

        world.Run(1);
        Assert.Equal(["a", "c"], world["a"].Serving());
        Assert.Equal(["a", "b", "c"], world["c"].Serving());
    }

    [Fact]
    public void A_node_that_is_heard_now_and_then_stays_down()
    {
        using var world = Words.Serving();
        world.Cut("a", "b");
        world.Run(3);
        for (var n = 0; n < 10; n++)
        {
            world.Mend("a", "b");
            world.Run(0.35);
            world.Cut("a", "b");
            world.Run(2.6);
            Assert.Equal(["a", "c"], world["a"].Serving());
        }

        world.Mend("a", "b");
        world.Run(2);
        Assert.Equal(["a", "b", "c"], world["a"].Serving());
    }

    [Fact]
    public void A_process_that_stood_still_takes_nobody_else_for_down()
    {
        using var world = Words.Serving();
        world["a"].Stop();
        world.Run(10);
        Assert.Equal("down", world["b"].StateOf("a"));
        world["a"].Continue(noticesFirst: true);
        Assert.Equal(["a", "b", "c"], world["a"].Serving());

        world.RunUntilAllServe();
    }

    [Fact]
    public void A_process_that_was_missed_does_nothing_with_its_channels_until_the_others_have_given_them_back()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "c");
        world["b"].Stop();
        world.RunUntil(() => world["c"].StateOf("b") == "down", "b is not missed");
        var elsewhere = world.Sub("c", $"/stream?cname={channel}&seq=1");
        Assert.True(elsewhere.IsHeld);

        var (published, subscriber) = (world["b"].Ask(world["b"].Admin, $"/push?cname={channel}&content=x"), world["b"].Ask(world["b"].Front, $"/stream?cname={channel}&seq=1"));
        world["b"].Continue(noticesFirst: true);
        world.Settle();
        Assert.Null(published.Head);
        Assert.False(subscriber.IsHeld);

        // It has given up for them what was theirs, and they for it: nobody is sent away again, and what was published meanwhile is heard.
        world.RunUntil(() => published.Head is not null, "the push is not answered");
        Assert.Equal("200 OK", published.Status);
        world.RunUntilAllServe();
        world.Run(1);
        Assert.True(subscriber.IsHeld);
        Assert.Contains("\"x\"", subscriber.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_sees_by_the_clock_that_it_stood_still_before_anything_else_has_told_it()
    {
        var time = new ManualTime();
        using var hub = new Hub(new HubOptions(), time);
        var nodes = Words.Names.Select(name => new NodeEntry(name, name, 1, $"http://{name}"));
        using var cluster = new Cluster(new NodeList("a", nodes), SimWorld.Options, hub, time, NullLogger.Instance);
        cluster.Members.Tick();
        Assert.False(cluster.IsInDoubt);
        time.Advance(SimWorld.Options.Patience + TimeSpan.FromSeconds(1));

        Assert.True(cluster.IsInDoubt);
        cluster.Members.Tick();
        Assert.False(cluster.IsInDoubt);
    }

    [Fact]
    public void A_process_that_was_missed_by_nobody_who_still_lives_goes_on_with_its_channels()
    {
        using var world = Words.Serving();
        world["b"].Stop();
        world.Run(5);
        world.Kill("a");
        world.Kill("c");
        world["b"].Continue(noticesFirst: true);

        var published = world.Get("b", $"/push?cname={Words.ChannelOf("b")}&content=x");
        Assert.Null(published.Head);
        world.RunUntil(() => published.Head is not null, "the push is not answered");
        Assert.Equal("200 OK", published.Status);
    }

    [Fact]
    public void A_process_that_stood_still_for_less_than_others_wait_goes_on_at_once()
    {
        using var world = Words.Serving();
        world["b"].Stop();
        world.Run(1.5);
        world["b"].Continue(noticesFirst: true);

        Assert.Equal("200 OK", world.Get("b", $"/push?cname={Words.ChannelOf("b")}&content=x").Status);
    }

    [Fact]
    public void A_node_that_comes_back_gets_its_channels_when_the_others_have_given_them_up()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "c");
        world.Kill("b");
        world.Run(1);
        var subscriber = world.Sub("c", $"/stream?cname={channel}&seq=1");
        Assert.True(subscriber.IsHeld);

        world.Start("b");
        world.RunUntilAllServe();

        // Not ended by the channel's end, at which clients stop, but cut off.
        Assert.True(subscriber.IsEnded);
        Assert.DoesNotContain("close", subscriber.Body, StringComparison.Ordinal);
        Assert.False(world["c"].IsHere(channel));
        Assert.Equal("307 Temporary Redirect", world.Sub("c", $"/stream?cname={channel}").Status);
        Assert.True(world.Sub("b", $"/stream?cname={channel}&seq=1").IsHeld);
    }

    [Fact]
    public void A_node_that_comes_and_goes_leaves_the_others_channels_alone()
    {
        using var world = Words.Serving();
        var subscriber = world.Sub("a", $"/stream?cname={Words.ChannelOf("a")}&seq=1");
        world.Kill("b");
        world.Run(1);
        world.Start("b");
        world.RunUntilAllServe();

        Assert.True(subscriber.IsHeld);
    }

    [Fact]
    public void Two_nodes_that_were_cut_off_from_each_other_let_all_their_subscribers_know_when_they_meet_again()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "a");
        var subscriber = world.Sub("b", $"/stream?cname={channel}&seq=1");
        world.Cut("a", "b");
        world.Run(3);

        // Acknowledged, and not heard at b.
        Assert.Equal("200 OK", world.Get("a", $"/push?cname={channel}&content=x").Status);
        Assert.True(subscriber.IsHeld);
        world.Mend("a", "b");
        world.RunUntilAllServe();

        Assert.True(subscriber.IsEnded);
    }

    [Fact]
    public void A_drained_node_gives_its_channels_up_and_passes_on_what_still_comes()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "c");
        var subscriber = world.Sub("b", $"/stream?cname={channel}&seq=1");
        Assert.Equal("200 OK", world.Get("a", "/nodes/drain?node=b").Status);
        world.Run(0.5);

        Assert.True(subscriber.IsEnded);
        Assert.Equal(0, world["b"].Hub.ChannelCount);
        Assert.Equal("draining", world["a"].StateOf("b"));
        Assert.Equal("200 OK", world.Get("b", $"/push?cname={channel}&content=x").Status);
        Assert.True(world["c"].IsHere(channel));
        Assert.Equal("http://c/poll?cname=" + channel, Location(world.Sub("b", "/poll?cname=" + channel)));
    }

    [Fact]
    public void The_last_node_that_serves_cannot_be_drained()
    {
        using var world = Words.Serving();
        world.Kill("b");
        world.Get("a", "/nodes/drain");
        world.Run(0.5);

        Assert.Equal("409 Conflict", world.Get("c", "/nodes/drain").Status);
        Assert.Equal("404 Not Found", world.Get("c", "/nodes/drain?node=x").Status);
        Assert.Equal("404 Not Found", world.Get("c", "/nodes/drain?node=b").Status);
        Assert.Equal(["c"], world["c"].Serving());
    }

    [Fact]
    public void A_node_that_is_listed_later_takes_its_share_and_no_other_subscriber_notices()
    {
        using var world = Words.Serving("a", "b");
        var subscribers = Enumerable.Range(0, 60).Select(n => $"ch{n}").ToDictionary(
            channel => channel, channel => world.Sub(world["a"].Cluster.View.OwnerOf(System.Text.Encoding.UTF8.GetBytes(channel))!.Name, $"/stream?cname={channel}&seq=1"));
        world.List("c");
        world.Run(1);
        world.Start("c");
        world.RunUntilAllServe();

        Assert.All(subscribers, pair => Assert.Equal(
            Rendezvous.Order(Words.Names, System.Text.Encoding.UTF8.GetBytes(pair.Key))[0] == "c", pair.Value.IsEnded));
    }

    [Fact]
    public void A_node_that_is_listed_no_more_is_left_alone()
    {
        using var world = Words.Serving();
        world.Get("a", "/nodes/drain?node=c");
        world.Run(0.5);
        world.Unlist("c");
        world.Run(1);

        Assert.Equal(["a", "b"], world["a"].Serving());
        Assert.Equal(["a", "b"], world["b"].Serving());
    }

    [Fact]
    public void A_node_that_the_others_do_not_list_does_not_serve_and_says_why()
    {
        using var world = Words.Serving("a", "b");
        world.Unlist("c");
        world.Start("c");
        world.Unlist("c");
        world.Run(5);

        Assert.Empty(world["c"].Serving());
        Assert.Equal("a (a does not list c as another node; add it to nodes.list there)", world["c"].Cluster.WaitsFor()[0]);
        var refused = world.Get("c", "/push?cname=x&content=y");
        world.Run(3);
        Assert.Equal("503 Service Unavailable", refused.Status);
        Assert.StartsWith("this node does not serve yet: it waits for a (a does not list c", refused.Body, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], world["a"].Serving());
    }

    [Fact]
    public void A_node_with_another_key_gets_no_link_and_does_not_serve()
    {
        using var world = Words.Serving("a", "b");
        world.List("c");
        world.Start("c", new NodeOptions { Key = "another key, as long"u8.ToArray() });
        world.Run(6);

        Assert.Empty(world["c"].Serving());
        Assert.Contains("it does not know the key", world["c"].Cluster.WaitsFor()[0], StringComparison.Ordinal);
        Assert.Equal(["a", "b"], world["a"].Serving());
    }

    [Fact]
    public void What_comes_before_a_node_serves_waits_until_it_does()
    {
        using var world = new SimWorld("a", "b", "c");
        var pushed = world.Get("a", "/push?cname=x&content=y");
        var subscriber = world.Sub("a", $"/stream?cname={Words.ChannelOf("a")}&seq=1");
        Assert.Null(pushed.Head);
        world.RunUntilAllServe();
        world.Run(0.5);

        Assert.Equal("200 OK", pushed.Status);
        Assert.True(subscriber.IsHeld);
    }

    private static string Location(Testing.Doubles.RecordingExchange answer) =>
        answer.Fields.Split("\r\n").First(field => field.StartsWith("Location: ", StringComparison.Ordinal))[10..];
}
