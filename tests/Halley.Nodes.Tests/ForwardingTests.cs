using Halley.Nodes.Tests.Simulation;

namespace Halley.Nodes.Tests;

/// <summary>What publishers and subscribers get at a node that does not have the channel.</summary>
public sealed class ForwardingTests
{
    [Theory]
    [InlineData("/push?cname={0}&content=x", "{\"type\":\"ok\"}\n")]
    [InlineData("/pub?cname={0}&content=x&cb=f", "f({\"type\":\"ok\"});\n")]
    [InlineData("/check?cname={0}", "{\"{0}\": 1}\n")]
    [InlineData("/info?cname={0}", "{\"cname\": \"{0}\", \"subscribers\": 1}\n")]
    [InlineData("/clear?cname={0}", "ok 2\n")]
    [InlineData("/close?cname={0}", "ok 2\n")]
    public void A_request_at_any_node_is_answered_as_at_the_one_that_has_the_channel(string target, string answer)
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b");
        var subscriber = world.Sub("b", $"/stream?cname={channel}&seq=1");
        world.Get("c", $"/push?cname={channel}&content=first");
        Assert.Contains("first", subscriber.Body, StringComparison.Ordinal);

        var asked = world.Get("a", target.Replace("{0}", channel, StringComparison.Ordinal));

        Assert.Equal("200 OK", asked.Status);
        Assert.Equal(answer.Replace("{0}", channel, StringComparison.Ordinal), asked.Body);
        Assert.False(world["a"].IsHere(channel));
    }

    [Fact]
    public void An_answer_that_is_no_success_comes_as_it_is()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b");

        var closed = world.Get("a", $"/close?cname={channel}");
        var refused = world.Get("a", $"/push?cname={channel}&cb=1+1");

        Assert.Equal(("404 Not Found", $"channel[{channel}] not connected\n"), (closed.Status, closed.Body));
        Assert.Equal(world.Get("b", $"/close?cname={channel}").Fields, closed.Fields);
        Assert.Equal("400 Bad Request", refused.Status);
    }

    [Fact]
    public void Sign_at_any_node_says_where_to_subscribe()
    {
        using var world = Words.Serving();

        Assert.Contains(",\"sub_url\":\"http://b\"}", world.Get("a", $"/sign?cname={Words.ChannelOf("b")}").Body, StringComparison.Ordinal);
        Assert.Contains(",\"sub_url\":\"http://a\"}", world.Get("a", $"/sign?cname={Words.ChannelOf("a")}").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_without_a_name_counts_what_all_nodes_have_and_names_those_that_do_not_answer()
    {
        using var world = Words.Serving();
        foreach (var name in Words.Names)
        {
            world.Sub(name, $"/stream?cname={Words.ChannelOf(name)}&seq=1");
        }

        Assert.Equal("{\"version\": \"0.2.5\", \"channels\": 3, \"subscribers\": 3}\n", world.Get("b", "/info").Body);
        world["c"].Stop();
        var asked = world.Get("b", "/info");
        world.Run(2.5);
        Assert.Equal("{\"version\": \"0.2.5\", \"channels\": 2, \"subscribers\": 2, \"missing\": [\"c\"]}\n", asked.Body);
    }

    [Fact]
    public void A_broadcast_reaches_the_channels_of_all_nodes_and_fails_where_one_does_not_answer()
    {
        using var world = Words.Serving();
        var subscribers = Words.Names.Select(name => world.Sub(name, $"/stream?cname={Words.ChannelOf(name)}&seq=1")).ToList();

        Assert.Equal("ok\n", world.Get("c", "/broadcast?content=all").Body);
        Assert.All(subscribers, subscriber => Assert.Contains("\"broadcast\"", subscriber.Body, StringComparison.Ordinal));
        world["a"].Stop();
        var failed = world.Get("c", "/broadcast?content=more");
        world.Run(2.5);
        Assert.Equal("502 Bad Gateway", failed.Status);
        Assert.Equal("the message was sent to the channels of all other nodes; these nodes did not answer: a\n", failed.Body);
    }

    [Fact]
    public void A_publisher_is_told_that_the_node_does_not_answer_in_time_and_an_answer_that_comes_later_hurts_nobody()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b");
        world["b"].Stop();
        var waits = world.Get("a", $"/push?cname={channel}&content=x");
        world.Run(1.8);
        Assert.Null(waits.Head);
        world.Run(0.6);
        Assert.True(waits.Status is "504 Gateway Timeout" or "502 Bad Gateway", waits.Status);
        Assert.EndsWith("whether it carried this out is not known\n", waits.Body, StringComparison.Ordinal);

        world["b"].Continue(noticesFirst: false);
        world.RunUntilAllServe();
    }

    [Fact]
    public void A_publisher_is_told_that_the_link_was_lost_with_its_request()
    {
        using var world = Words.Serving();
        world["b"].Stop();
        var waits = world.Get("a", $"/push?cname={Words.ChannelOf("b")}&content=x");
        world.Kill("b");
        world.Run(0.5);

        Assert.Equal("502 Bad Gateway", waits.Status);
        Assert.StartsWith("the link to node b, which has this channel, was lost", waits.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_sent_yet_goes_to_the_next_node()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "c");
        world.Kill("b");
        world.Run(0.05);
        var pushed = world.Get("a", $"/push?cname={channel}&content=x");
        world.Run(1);

        Assert.Equal("200 OK", pushed.Status);
        Assert.True(world["c"].IsHere(channel));
    }

    [Fact]
    public void No_more_requests_wait_for_a_node_than_may()
    {
        var options = new NodeOptions { Key = SimWorld.Options.Key, MaxWaiting = 3 };
        using var world = new SimWorld(options, Words.Names);
        world.RunUntilAllServe();
        world["b"].Stop();
        var asked = Enumerable.Range(0, 4).Select(_ => world.Get("a", $"/push?cname={Words.ChannelOf("b")}&content=x")).ToList();

        Assert.All(asked[..3], one => Assert.Null(one.Head));
        Assert.Equal(("503 Service Unavailable", "as many requests wait for node b as may; nothing was done: try again later\n"), (asked[3].Status, asked[3].Body));
    }

    [Fact]
    public void Nodes_that_do_not_agree_who_has_a_channel_acknowledge_nothing()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b", "c");
        world.Cut("a", "b");
        world.Run(3);

        // For a, b is down and c has the channel; c sees b.
        var pushed = world.Get("a", $"/push?cname={channel}&content=x");
        world.Run(3);

        Assert.Equal("502 Bad Gateway", pushed.Status);
        Assert.StartsWith("node c, which has this channel as far as this node can see, does not take it for its own", pushed.Body, StringComparison.Ordinal);
        Assert.False(world["c"].IsHere(channel));
    }

    [Theory]
    [InlineData("/sub")]
    [InlineData("/poll")]
    [InlineData("/stream")]
    [InlineData("/sse")]
    [InlineData("/iframe")]
    public void A_subscriber_at_another_node_is_sent_to_the_one_that_has_the_channel(string path)
    {
        using var world = Words.Serving();
        var target = $"{path}?cname={Words.ChannelOf("b")}&seq=3&epoch=5&token=x%20y";

        var sent = world.Sub("a", target);

        Assert.Equal("307 Temporary Redirect", sent.Status);
        Assert.StartsWith($"Location: http://b{target}\r\nAccess-Control-Allow-Origin: *\r\nCache-Control: no-store\r\n", sent.Fields, StringComparison.Ordinal);
    }

    [Fact]
    public void The_target_is_kept_where_it_came_with_a_host()
    {
        using var world = Words.Serving();

        Assert.StartsWith($"Location: http://b/poll?cname={Words.ChannelOf("b")}\r\n", world.Sub("a", $"http://any.example/poll?cname={Words.ChannelOf("b")}").Fields, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_subscription_is_answered_here()
    {
        using var world = Words.Serving();

        Assert.Equal("200 OK", world.Sub("a", "/ping").Status);
        Assert.Equal("404 Not Found", world.Sub("a", "/nodes").Status);
    }

    [Fact]
    public void The_nodes_are_told_with_what_they_have()
    {
        using var world = Words.Serving();
        world.Sub("b", $"/stream?cname={Words.ChannelOf("b")}&seq=1");
        world.Kill("c");
        world.Run(1);

        Assert.Equal(
            "{\"node\":\"a\",\"waits_for\":[],\"nodes\":["
            + "{\"name\":\"a\",\"state\":\"serving\",\"channels\":0,\"subscribers\":0,\"share\":0,\"front\":\"http://a\",\"why\":\"\"},"
            + "{\"name\":\"b\",\"state\":\"serving\",\"channels\":1,\"subscribers\":1,\"share\":1,\"front\":\"http://b\",\"why\":\"\"},"
            + "{\"name\":\"c\",\"state\":\"down\",\"channels\":0,\"subscribers\":0,\"share\":0,\"front\":\"http://c\",\"why\":\"\"}]}\n",
            world.Get("a", "/nodes").Body);
    }

    [Fact]
    public void A_large_message_goes_over_the_link_whole()
    {
        using var world = Words.Serving();
        var channel = Words.ChannelOf("b");
        var subscriber = world.Sub("b", $"/stream?cname={channel}&seq=1");
        var text = new string('x', 1 << 20);

        Assert.Equal("200 OK", world.Get("a", $"/push?cname={channel}&content={text}").Status);
        Assert.Contains(text, subscriber.Body, StringComparison.Ordinal);
    }
}
