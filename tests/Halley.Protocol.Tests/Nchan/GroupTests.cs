using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>Groups of channels: counted exactly, limited exactly, told of and deleted together.</summary>
public sealed class GroupTests : IDisposable
{
    private const string Events = "Accept: text/event-stream";

    private readonly NchanNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_group_is_told_of_byte_for_byte_as_nchan_does()
    {
        _node.Ask("POST /g/x/pub/a", "hello");
        _node.Ask("/g/x/sub/a", fields: Events);
        Assert.Equal(
            "channels: 1\r\nsubscribers: 1\r\nmessages: 1\r\nshared memory used by messages: 5 bytes\r\n"
                + "disk space used by messages: 0 bytes\r\n"
                + "limits:\r\n  max channels: 0\r\n  max subscribers: 0\r\n  max messages: 0\r\n"
                + "  max messages shared memory: 0\r\n  max messages disk space: 0\r\n",
            _node.Ask("/group/x").Body);
        Assert.Equal(
            "{\r\n  \"channels\": 1,\r\n  \"subscribers\": 1,\r\n  \"messages\": 1,\r\n  \"messages_memory\": 5,\r\n"
                + "  \"messages_disk\": 0,\r\n"
                + "  \"limits\": {\r\n    \"channels\": 0,\r\n    \"subscribers\": 0,\r\n    \"messages\": 0,\r\n"
                + "    \"messages_memory\": 0,\r\n    \"messages_disk\": 0\r\n  }\r\n}",
            _node.Ask("/group/x", fields: "Accept: text/json").Body);
        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<group>\r\n  <channels>1</channels>\r\n"
                + "  <subscribers>1</subscribers>\r\n  <messages>1</messages>\r\n"
                + "  <messages_memory>5</messages_memory>\r\n  <messages_disk>0</messages_disk>\r\n  <limits>\r\n"
                + "    <channels>0</channels>\r\n    <subscribers>0</subscribers>\r\n    <messages>0</messages>\r\n"
                + "    <messages_memory>0</messages_memory>\r\n    <messages_disk>0</messages_disk>\r\n  </limits>\r\n"
                + "</group>",
            _node.Ask("/group/x", fields: "Accept: text/xml").Body);
        Assert.Equal(
            "---\r\nchannels: 1\r\nsubscribers: 1\r\nmessages: 1\r\nmessages_memory: 5\r\nmessages_disk: 0\r\n"
                + "limits:\r\n  channels: 0\r\n  subscribers: 0\r\n  messages: 0\r\n  messages_memory: 0\r\n"
                + "  messages_disk: 0\r\n\r\n",
            _node.Ask("/group/x", fields: "Accept: text/yaml").Body);
    }

    [Fact]
    public void Groups_do_not_see_each_other()
    {
        _node.Ask("POST /g/x/pub/a", "x's");
        _node.Ask("POST /g/y/pub/a", "y's");
        _node.Publish("a", "nobody's");
        Assert.Equal("x's", _node.Ask("/g/x/sub/a").Body);
        Assert.Equal("y's", _node.Ask("/g/y/sub/a").Body);
        Assert.Equal("nobody's", _node.Ask("/sub/a").Body);
    }

    [Theory]
    [InlineData("c=1", "Group limit reached for number of channels.")]
    [InlineData("m=1", "Group limit reached for number of messages.")]
    [InlineData("b=5", "Group limit reached for memory used by messages.")]
    public void What_would_be_one_too_many_is_refused_and_nothing_changes(string limit, string sentence)
    {
        _node.Ask("POST /group/x?" + limit);
        Assert.Equal("202 Accepted", _node.Ask("POST /g/x/pub/a", "12345").Status);
        var before = _node.Ask("/group/x").Body;
        var refused = _node.Ask("POST /g/x/pub/b", "x");
        Assert.Equal("403 Forbidden", refused.Status);
        Assert.Equal(sentence + "\n", refused.Body);
        Assert.Equal(before, _node.Ask("/group/x").Body);
        Assert.Equal("202 Accepted", _node.Ask("POST /g/y/pub/b", "x").Status);
    }

    [Fact]
    public void Subscribers_are_limited_and_one_that_leaves_makes_room()
    {
        _node.Ask("POST /group/x?s=1");
        var first = _node.Ask("/g/x/sub/a", fields: Events);
        var refused = _node.Ask("/g/x/sub/b");
        Assert.Equal("403 Forbidden", refused.Status);
        Assert.Equal("Group limit reached for number of subscribers.\n", refused.Body);
        first.Disconnect();
        Assert.True(_node.Ask("/g/x/sub/b").IsHeld);
    }

    [Fact]
    public void A_subscriber_may_not_make_a_channel_too_many()
    {
        _node.Ask("POST /group/x?c=1");
        Assert.True(_node.Ask("/g/x/sub/a").IsHeld);
        Assert.Equal("403 Forbidden", _node.Ask("/g/x/sub/b").Status);
        Assert.True(_node.Ask("/g/x/sub/a").IsHeld);
    }

    [Fact]
    public void What_has_expired_makes_room_at_once()
    {
        using var node = new NchanNode(options => options.MessageTimeout = TimeSpan.FromSeconds(2));
        node.Ask("POST /group/x?m=1");
        node.Ask("POST /g/x/pub/a", "x");
        Assert.Equal("403 Forbidden", node.Ask("POST /g/x/pub/b", "x").Status);
        node.Time.AdvanceSeconds(4);
        Assert.Equal("202 Accepted", node.Ask("POST /g/x/pub/b", "x").Status);
    }

    [Fact]
    public void Limits_that_a_location_says_hold_until_a_group_has_its_own()
    {
        using var node = new NchanNode(
            options => options.GroupMaxMessages = options.ChannelGroup.Length > 0 ? "1" : "");
        node.Ask("POST /g/x/pub/a", "x");
        Assert.Equal("403 Forbidden", node.Ask("POST /g/x/pub/a", "x").Status);
        node.Ask("POST /group/x?m=2");
        Assert.Equal("202 Accepted", node.Ask("POST /g/x/pub/a", "x").Status);
        Assert.Equal("403 Forbidden", node.Ask("POST /g/x/pub/a", "x").Status);
        node.Ask("POST /group/x?m=0");
        Assert.Equal("202 Accepted", node.Ask("POST /g/x/pub/a", "x").Status);
    }

    [Fact]
    public void A_POST_changes_only_the_limits_it_names()
    {
        _node.Ask("POST /group/x?c=3&m=7");
        var told = _node.Ask("POST /group/x?m=8").Body;
        Assert.Contains("max channels: 3\r\n", told, StringComparison.Ordinal);
        Assert.Contains("max messages: 8\r\n", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /group/x?m=many", "400 Bad Request")]
    [InlineData("POST /group/x?m=-1", "400 Bad Request")]
    [InlineData("GET /group/", "403 Forbidden")]
    [InlineData("GET /group/a%2Fb", "403 Forbidden")]
    [InlineData("POST /g//pub/a", "404 Not Found")] // Two slashes are one, as in nginx: no location has this path.
    [InlineData("PUT /group/x", "405 Method Not Allowed")]
    public void What_means_nothing_is_refused(string request, string status) =>
        Assert.Equal(status, _node.Ask(request, "x").Status);

    [Fact]
    public void Who_deletes_a_group_is_told_how_it_was_and_its_subscribers_that_it_is_gone()
    {
        _node.Ask("POST /group/x?c=9");
        _node.Ask("POST /g/x/pub/a", "x");
        var subscriber = _node.Ask("/g/x/sub/b", fields: Events);
        _node.Ask("POST /g/y/pub/a", "y");
        Assert.Contains("channels: 2\r\n", _node.Ask("DELETE /group/x").Body, StringComparison.Ordinal);
        Assert.EndsWith(":410: 410 Gone\n\n", subscriber.Body, StringComparison.Ordinal);
        var after = _node.Ask("/group/x").Body;
        Assert.StartsWith(
            "channels: 0\r\nsubscribers: 0\r\nmessages: 0\r\nshared memory used by messages: 0 bytes\r\n",
            after,
            StringComparison.Ordinal);
        Assert.Contains("max channels: 9\r\n", after, StringComparison.Ordinal);
        Assert.Equal("y", _node.Ask("/g/y/sub/a").Body);
    }

    [Fact]
    public void HEAD_of_a_group_is_answered() => Assert.Equal("200 OK", _node.Ask("HEAD /group/x").Status);

    [Fact]
    public async Task Publishers_at_the_same_time_never_exceed_a_limit_together()
    {
        _node.Ask("POST /group/x?m=50");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 40; n++)
            {
                var dispatcher = new Halley.Testing.Doubles.ManualDispatcher();
                _node.AskOn(dispatcher, $"POST /g/x/pub/{i}-{n % 8}", "x");
            }
        })));
        Assert.Contains("\r\nmessages: 50\r\n", _node.Ask("/group/x").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void What_other_dialects_do_is_counted_too()
    {
        var channel = _node.Hub.FindOrCreate("x/a"u8)!;
        _node.Hub.Broker.Publish("x/a"u8, new Publication("four"u8.ToArray())).Now();
        Assert.StartsWith(
            "channels: 1\r\nsubscribers: 0\r\nmessages: 1\r\nshared memory used by messages: 4 bytes\r\n", _node.Ask(
                "/group/x")
                .Body, StringComparison.Ordinal);
    }
}
