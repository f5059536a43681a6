using Halley.Protocol.Dialects.IComet;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>What iComet's publishers and operators are answered, and what its subscribers hear of it.</summary>
public sealed class ICometAdminTests : IDisposable
{
    private const string Script = "Server: icomet 0.2.5\r\nContent-Type: text/javascript; charset=utf-8\r\n|\r\n";
    private const string Html = "Server: icomet 0.2.5\r\nContent-Type: text/html; charset=utf-8\r\n|\r\n";
    private const string NoType = "Server: icomet 0.2.5\r\n|\r\nContent-Type: text/html; charset=ISO-8859-1\r\n";

    private ICometNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("/push?cname=a&content=x", "{\"type\":\"ok\"}\n")]
    [InlineData("/pub?cname=a&content=x", "{\"type\":\"ok\"}\n")]
    [InlineData("/push?cname=a&content=x&cb=foo", "foo({\"type\":\"ok\"});\n")]
    [InlineData("/push?cname=a&content=x&cb=", "({\"type\":\"ok\"});\n")]
    [InlineData("POST /push?cname=a&content=x", "{\"type\":\"ok\"}\n")]
    public void A_push_is_answered_and_told(string request, string body)
    {
        var subscriber = _node.Sub("/stream?cname=a&seq=1");
        var answer = _node.Ask(request);
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal(Script, answer.Fields);
        Assert.Equal(body, answer.Body);
        Assert.Equal("""{"type":"data","cname":"a","seq":1,"content":"x"}""" + "\n", subscriber.Body);
    }

    [Theory]
    [InlineData("/push")]
    [InlineData("/pub")]
    [InlineData("/sign")]
    public void A_name_longer_than_allowed_is_refused_with_a_reason_and_makes_no_channel(string path)
    {
        using var node = new ICometNode(options: new ICometOptions { MaxChannelNameBytes = 10 });
        Assert.Equal("200 OK", node.Ask(path + "?cname=1234567890").Status);
        var answer = node.Ask(path + "?cname=1234567890a");
        Assert.Equal("400 Bad Request", answer.Status);
        Assert.Equal("{\"type\":\"error\",\"message\":\"cname must not be longer than 10 bytes\"}\n", answer.Body);
        Assert.Equal("400 Bad Request", node.Sub("/stream?cname=1234567890a&seq=1").Status);
        Assert.Equal(1, node.Hub.ChannelCount);
    }

    [Fact]
    public void The_content_of_a_post_may_be_in_its_body()
    {
        var subscriber = _node.Sub("/stream?cname=a&seq=1");
        _node.Ask("POST /push?cname=a&content=url", "content={\"x\":%221%22}+y");
        Assert.Contains("""
            "content":"{\"x\":\"1\"} y"
            """, subscriber.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pub_takes_what_is_escaped_already()
    {
        var subscriber = _node.Sub("/stream?cname=a&seq=1");
        _node.Ask("/push?cname=a&content=%5Cn");
        _node.Ask("/pub?cname=a&content=%5Cn");
        Assert.Contains("\"seq\":1,\"content\":\"\\\\n\"", subscriber.Body, StringComparison.Ordinal);
        Assert.Contains("\"seq\":2,\"content\":\"\\n\"", subscriber.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_without_content_takes_a_number_all_the_same()
    {
        _node.Ask("/push?cname=a");
        Assert.Equal(2, _node.Hub.Find("a"u8)!.Position.Offset);
    }

    [Theory]
    [InlineData("PUT /push?cname=a", "GET, POST")]
    [InlineData("DELETE /pub?cname=a", "GET, POST")]
    [InlineData("HEAD /push?cname=a", "GET, POST")]
    [InlineData("POST /broadcast?content=x", "GET")]
    [InlineData("HEAD /broadcast?content=x", "GET")]
    public void Other_methods_do_not_publish(string request, string allowed)
    {
        var answer = _node.Ask(request);
        Assert.Equal("405 Invalid Method", answer.Status);
        Assert.Equal(NoType.Replace("|", $"Allow: {allowed}\r\n|", StringComparison.Ordinal), answer.Fields);
        Assert.Equal("", answer.Body);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("/push?cname=b&cb=foo")]
    [InlineData("/pub?cname=b")]
    [InlineData("/sign?cname=b")]
    public void One_channel_too_many_is_refused(string request)
    {
        Restart(new HubOptions { MaxChannels = 1 });
        _node.Ask("/push?cname=a");
        var answer = _node.Ask(request);
        Assert.Equal("429 Too Many Channels", answer.Status);
        Assert.Equal(NoType.Replace("|", "Retry-After: 10\r\n|", StringComparison.Ordinal), answer.Fields);
        Assert.Equal("", answer.Body);
    }

    [Theory]
    [InlineData("/push?cname=a&content=x&cb=alert(1)")]
    [InlineData("/pub?cname=a&content=x&cb=a%20b")]
    [InlineData("/sign?cname=a&cb=%3Cscript%3E")]
    public void A_callback_that_is_no_name_changes_nothing(string request)
    {
        Assert.Equal("400 Bad Request", _node.Ask(request).Status);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Fact]
    public void A_broadcast_reaches_every_channel_and_is_answered_when_it_has()
    {
        var poll = _node.Sub("/poll?cname=b0&seq=1");
        var stream = _node.Sub("/stream?cname=b1&seq=1");
        var answer = new RecordingExchange(_node.Dispatcher);
        _node.Admin.Ask("GET /broadcast?content=x&cb=foo", exchange: answer);
        Assert.Null(answer.Head);
        _node.Dispatcher.RunAll();
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal(NoType, answer.Fields);
        Assert.Equal("ok\n", answer.Body);
        Assert.Equal(
            """[{"type":"broadcast","cname":"b0","seq":1,"content":"x"},"""
                + """{"type":"next_seq","cname":"b0","seq":2,"content":""}]"""
                + "\n",
            poll.Body);
        Assert.Equal(
            """{"type":"broadcast","cname":"b1","seq":1,"content":"x"}""" + "\n"
            + """{"type":"next_seq","cname":"b1","seq":2,"content":""}""" + "\n",
            stream.Body);
        Assert.True(stream.IsHeld);
    }

    [Theory]
    [InlineData("/sign?cname=t0&expires=4", 4)]
    [InlineData("POST /sign?cname=t0&expires=4", 4)]
    [InlineData("/sign?cname=t0", 30)]
    [InlineData("/sign?cname=t0&expires=text", 30)]
    [InlineData("/sign?cname=t0&expires=0", 30)]
    [InlineData("/sign?cname=t0&expires=-1", 30)]
    [InlineData("/sign?cname=t0&expires=99999999999", int.MaxValue)]
    public void A_sign_tells_token_number_and_times(string request, int expires)
    {
        var answer = _node.Ask(request);
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal(Html, answer.Fields);
        Assert.Matches(
            "^{\"type\":\"sign\",\"cname\":\"t0\",\"seq\":1,\"token\":\"[0-9a-f]{32}\","
                + $"\"expires\":{expires},\"sub_timeout\":30}}\n$",
            answer.Body);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("")]
    public void A_sign_with_a_callback_is_a_script(string callback)
    {
        var answer = _node.Ask("/sign?cname=t0&cb=" + callback);
        Assert.Equal(Script, answer.Fields);
        Assert.StartsWith(callback + "({\"type\":\"sign\"", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("});\n", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_channel_lives_as_long_as_was_asked()
    {
        _node.Ask("/sign?cname=a&expires=2");
        _node.Time.AdvanceSeconds(2.9);
        Assert.NotNull(_node.Hub.Find("a"u8));
        _node.Time.AdvanceSeconds(0.1);
        Assert.Null(_node.Hub.Find("a"u8));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(14, 5)] // ten back, though all are kept
    [InlineData(15, 6)]
    public void A_sign_points_to_the_messages_kept_but_ten_back_at_most(int published, int seq)
    {
        for (var i = 0; i < published; i++)
        {
            _node.Ask("/push?cname=a");
        }

        Assert.Contains($"\"seq\":{seq},", _node.Ask("/sign?cname=a").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_more_are_kept_a_sign_points_further_back()
    {
        Restart(new HubOptions { HistorySize = 20 });
        for (var i = 0; i < 15; i++)
        {
            _node.Ask("/push?cname=a");
        }

        Assert.Contains("\"seq\":1,", _node.Ask("/sign?cname=a").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/close")]
    [InlineData("POST /close")]
    [InlineData("/clear")]
    [InlineData("HEAD /clear")]
    public void Closing_and_clearing_tell_the_next_number(string request)
    {
        _node.Ask("/push?cname=a");
        var answer = _node.Ask(request + "?cname=a");
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal(Html, answer.Fields);
        Assert.Equal("ok 2\n", answer.Body);
        Assert.Equal(request.EndsWith("clear", StringComparison.Ordinal), _node.Hub.Find("a"u8) is not null);
    }

    [Theory]
    [InlineData("/close")]
    [InlineData("/clear")]
    public void What_is_not_there_cannot_be_closed_or_cleared(string path)
    {
        var answer = _node.Ask(path + "?cname=<b>");
        Assert.Equal("404 Not Found", answer.Status);
        Assert.Equal("channel[<b>] not connected\n", answer.Body);
        Assert.Contains("text/plain", answer.Fields, StringComparison.Ordinal);
        Assert.False(answer.Head!.Closes);
    }

    [Fact]
    public void Clearing_tells_subscribers_nothing()
    {
        _node.Ask("/push?cname=a");
        var subscriber = _node.Sub("/stream?cname=a&seq=2");
        _node.Ask("/clear?cname=a");
        Assert.Equal("", subscriber.Body);
        Assert.True(subscriber.IsHeld);
    }

    [Fact]
    public void Info_counts_channels_and_subscribers()
    {
        _node.Sub("/stream?cname=a&seq=1");
        _node.Sub("/stream?cname=b&seq=1");
        _node.Sub("/stream?cname=b&seq=1");
        _node.Ask("/push?cname=c");
        const string All = "{\"version\": \"0.2.5\", \"channels\": 3, \"subscribers\": 3}\n";
        Assert.Equal(All, _node.Ask("/info").Body);
        Assert.Equal(All, _node.Ask("/info?cname=").Body);
        Assert.Equal(Html, _node.Ask("/info").Fields);
        Assert.Equal("{\"cname\": \"b\", \"subscribers\": 2}\n", _node.Ask("/info?cname=b").Body);
        Assert.Equal("{\"cname\": \"?\", \"subscribers\": 0}\n", _node.Ask("/info?cname=?").Body);
        Assert.Equal(3, _node.Hub.ChannelCount);
    }

    [Fact]
    public void Check_says_whether_a_channel_exists()
    {
        _node.Ask("/push?cname=a");
        Assert.Equal("{\"a\": 1}\n", _node.Ask("/check?cname=a").Body);
        Assert.Equal("{}\n", _node.Ask("/check?cname=b").Body);
        Assert.Equal("{}\n", _node.Ask("/check").Body);
        _node.Ask("/push?cname=");
        Assert.Equal("{\"\": 1}\n", _node.Ask("/check").Body);
    }

    [Fact]
    public void A_name_is_escaped_wherever_it_is_answered()
    {
        const string Name = "%22%3C%0A";
        const string Escaped = "\"\\\"\\u003c\\n\"";
        _node.Ask("/push?cname=" + Name);
        foreach (var request in new[] { "/info", "/check", "/sign" })
        {
            Assert.Contains(Escaped, _node.Ask($"{request}?cname={Name}").Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_follower_of_presence_gets_a_line_in_a_chunk_for_each_event()
    {
        var follower = new RecordingExchange(_node.Dispatcher) { IsChunked = true };
        _node.Ask("/push?cname=before");
        _node.Admin.Ask("GET /psub", exchange: follower);
        Assert.Equal("200 OK", follower.Status);
        Assert.Equal(NoType, follower.Fields);
        Assert.Null(follower.HeartbeatInterval);
        Assert.Equal("", follower.Body);
        _node.Ask("/push?cname=x1");
        _node.Ask("/close?cname=x1");
        Assert.Equal("5\r\n1 x1\n\r\n5\r\n0 x1\n\r\n", follower.Body);
        Assert.True(follower.IsHeld);
    }

    [Fact]
    public void A_line_end_in_a_name_forges_no_event_of_presence()
    {
        var follower = _node.Ask("/psub");
        _node.Ask("/push?cname=a%0A1%20b");
        Assert.Equal("1 a\\n1 b\n", follower.Body);
    }

    [Fact]
    public void The_head_alone_of_presence_is_no_follower()
    {
        var answer = _node.Ask("HEAD /psub");
        Assert.True(answer.IsEnded);
        Assert.Equal("200 OK", answer.Status);
    }

    private void Restart(HubOptions limits)
    {
        _node.Dispose();
        _node = new ICometNode(limits);
    }
}
