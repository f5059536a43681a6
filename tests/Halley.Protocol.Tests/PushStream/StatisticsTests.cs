using System.Text.Json;
using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public sealed class StatisticsTests : IDisposable
{
    private readonly PushStreamNode _node = new(options: new PushStreamOptions
    {
        WildcardChannelPrefix = "b_",
        EventsChannelId = "events",
        MaxChannelIdLength = 9,
    });

    public void Dispose() => _node.Dispose();

    [Fact]
    public void The_summary_counts_channels_messages_and_subscribers()
    {
        _node.Publish("a", "1", "2");
        _node.Publish("b_1", "3");
        _node.Ask("/sub/a");
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(
            [2, 1, 3, 3, 1, 5], Numbers(
                Summary(),
                "channels",
                "wildcard_channels",
                "published_messages",
                "stored_messages",
                "subscribers",
                "uptime"));
        var worker = Summary().GetProperty("by_worker")[0];
        Assert.Equal(
            Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
            worker.GetProperty("pid").GetString());
        Assert.Equal(1, worker.GetProperty("subscribers").GetInt32());
    }

    [Fact]
    public void One_subscriber_of_several_channels_counts_once_in_the_summary_until_the_last_of_them_is_deleted()
    {
        // The events channel is one of them.
        _node.Ask("/sub/a/c");
        Assert.Equal([3, 1], Numbers(Summary(), "channels", "subscribers"));
        _node.Ask("DELETE /pub?id=a");
        Assert.Equal([2, 1], Numbers(Summary(), "channels", "subscribers"));
        _node.Ask("DELETE /pub?id=c");
        Assert.Equal([1, 0], Numbers(Summary(), "channels", "subscribers"));
    }

    [Fact]
    public void A_deleted_channel_is_seen_to_go_as_the_original_lets_it_go()
    {
        _node.Publish("a", "1", "2");
        _node.Publish("c", "3");
        _node.Ask("DELETE /pub?id=a/c");
        Assert.Equal([1, 2, 0, 3], Trash());
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([1, 0, 2, 3], Trash());
        _node.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([1, 0, 0, 0], Trash());

        int[] Trash() => Numbers(Summary(), "channels", "channels_in_delete", "channels_in_trash", "messages_in_trash");
    }

    [Theory]
    [InlineData("/stats?id=ALL", "events a ab b_1")]
    [InlineData("/stats?id=*", "events a ab b_1")]
    [InlineData("/stats?id=a*", "a ab")]
    [InlineData("/stats?id=a*b", "a ab")]
    [InlineData("/stats?id=x*", "")]
    [InlineData("/stats?id=ab/x/a", "ab a")]
    [InlineData("/stats?id=b_1/a*/ALL", "a ab")]
    public void Channels_are_listed_in_the_order_they_were_created_or_asked_for(string target, string channels)
    {
        foreach (var channel in new[] { "a", "ab", "b_1" })
        {
            _node.Publish(channel, "x");
        }

        var infos = JsonDocument.Parse(_node.Ask(target).Body).RootElement.GetProperty("infos");
        Assert.Equal(
            channels, string.Join(' ', infos.EnumerateArray().Select(info => info.GetProperty("channel").GetString())));
    }

    [Fact]
    public void Of_several_channels_that_are_asked_for_one_that_is_known_is_told_of_alone_and_none_is_not_found()
    {
        _node.Publish("a", "x");
        Assert.Equal(_node.Ask("/stats?id=a").Body, _node.Ask("/stats?id=x/a/y").Body);
        Assert.Equal("404 Not Found", _node.Ask("/stats?id=x/y").Status);
    }

    [Fact]
    public void Messages_that_were_too_old_are_in_the_trash_for_a_while()
    {
        using var node = new PushStreamNode(options: new PushStreamOptions { MessageTtl = TimeSpan.FromSeconds(1) });
        node.Publish("a", "1", "2");
        node.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([0, 2], InTrash());
        node.Time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal([0, 0], InTrash());

        int[] InTrash() =>
            Numbers(JsonDocument.Parse(node.Ask("/stats").Body).RootElement, "stored_messages", "messages_in_trash");
    }

    [Fact]
    public void Whatever_is_asked_is_answered_with_the_version()
    {
        foreach (var (target, status) in new[]
        {
            ("/stats", "200 OK"),
            ("/stats?id=x", "404 Not Found"),
            ("/stats?id=1234567890", "400 Bad Request"),
        })
        {
            var answer = _node.Ask(target);
            Assert.Equal(status, answer.Status);
            Assert.EndsWith(
                "X-Nginx-PushStream-Tag: 0.6.0\r\nX-Nginx-PushStream-Commit: halley\r\n",
                answer.Fields,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public void Statistics_are_only_got(string method)
    {
        var answer = _node.Ask(method + " /stats");
        Assert.Equal("405 Not Allowed", answer.Status);
        Assert.EndsWith("Allow: GET\r\n", answer.Fields, StringComparison.Ordinal);
    }

    private JsonElement Summary() => JsonDocument.Parse(_node.Ask("/stats").Body).RootElement;

    private static int[] Numbers(JsonElement summary, params string[] names) =>
        [.. names.Select(name => summary.GetProperty(name).GetInt32())];
}
