using Halley.Protocol.Access;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.IComet;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>
/// How iComet's subscribers are received: what they are told first, who is refused, and in which order that is decided.
/// </summary>
public sealed class SubscribeTests : IDisposable
{
    private const string TokenError = """{"type":"401","cname":"a","seq":0,"content":"Token error"}""" + "\n";
    private const string TooManyChannels =
        """{"type":"429","cname":"b","seq":0,"content":"Too many channels"}""" + "\n";
    private const string TooManySubscribers =
        """{"type":"429","cname":"a","seq":0,"content":"Too many subscribers"}""" + "\n";

    private ICometNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("/sub")]
    [InlineData("/poll")]
    [InlineData("/stream")]
    public void The_head_of_a_held_answer_is_the_originals(string path)
    {
        var answer = _node.Sub(path + "?cname=a&seq=1");
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal(
            "Expires: 0\r\nCache-Control: no-cache\r\nContent-Type: application/json; charset=utf-8\r\n|\r\n",
            answer.Fields);
        Assert.True(answer.Head!.SaysKeepAlive);
        Assert.False(answer.Head.Closes);
        Assert.True(answer.IsHeld);
        Assert.Equal("", answer.Body);
    }

    [Fact]
    public void Events_have_their_own_type_and_may_be_read_by_other_sites() =>
        Assert.Equal(
            "Expires: 0\r\nCache-Control: no-cache\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            + "Access-Control-Allow-Origin: *\r\n|\r\n",
            _node.Sub("/sse?cname=a&seq=1").Fields);

    [Fact]
    public void An_iframe_is_a_page_that_begins_with_a_chunk_of_0x1cd_bytes()
    {
        var answer = _node.Sub("/iframe?cname=a&seq=1", isChunked: true);
        Assert.Contains("Content-Type: text/html; charset=utf-8", answer.Fields, StringComparison.Ordinal);
        Assert.StartsWith("1cd\r\n<html><head><meta http-equiv='Content-Type'", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("</script></head><body>\n\r\n", answer.Body, StringComparison.Ordinal);
        Assert.Equal("1cd\r\n".Length + 0x1cd + "\r\n".Length, answer.BodyBytes.Length);
        Assert.True(answer.IsHeld);
    }

    [Theory]
    [InlineData("/poll?cname=a&seq=0", true)]
    [InlineData("/poll?cname=a", true)]
    [InlineData("/poll?cname=a&seq=text", true)]
    [InlineData("/poll?cname=a&seq=4", true)] // ahead
    [InlineData("/stream?cname=a&seq=0", false)]
    [InlineData("/stream?cname=a&seq=4", false)]
    public void Who_knows_no_number_or_is_ahead_is_told_the_next(string target, bool isEnded)
    {
        Publish("one", "two");
        var answer = _node.Sub(target);
        Assert.Equal("""{"type":"next_seq","cname":"a","seq":3,"content":""}""" + "\n", answer.Body);
        Assert.Equal(isEnded, answer.IsEnded);
        Assert.Equal(!isEnded, answer.IsHeld);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("-99999999999999999999")]
    public void A_poll_that_is_behind_is_told_all_it_missed_in_one_array(string seq)
    {
        Publish("one", "two");
        var answer = _node.Sub($"/poll?cname=a&seq={seq}");
        Assert.StartsWith("[{", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("\"seq\":2,\"content\":\"two\"}]\n", answer.Body, StringComparison.Ordinal);
        Assert.Equal(seq != "2", answer.Body.Contains("one", StringComparison.Ordinal));
        Assert.True(answer.IsEnded);
    }

    [Fact]
    public void A_stream_that_is_behind_is_told_all_it_missed_and_held()
    {
        Publish("one", "two");
        var answer = _node.Sub("/stream?cname=a&seq=1");
        Publish("three");
        Assert.Equal(
            """{"type":"data","cname":"a","seq":1,"content":"one"}""" + "\n"
            + """{"type":"data","cname":"a","seq":2,"content":"two"}""" + "\n"
            + """{"type":"data","cname":"a","seq":3,"content":"three"}""" + "\n",
            answer.Body);
        Assert.True(answer.IsHeld);
    }

    [Fact]
    public void A_poll_that_is_behind_is_held_where_nothing_is_kept()
    {
        Publish("one");
        _node.Ask("/clear?cname=a");
        Assert.True(_node.Sub("/poll?cname=a&seq=1").IsHeld);
    }

    [Fact]
    public void A_held_poll_ends_with_the_message_it_waited_for()
    {
        var answer = _node.Sub("/poll?cname=m0&seq=1", isChunked: true);
        _node.Ask("/push?cname=m0&content=one");
        Assert.Equal(
            "35\r\n{\"type\":\"data\",\"cname\":\"m0\",\"seq\":1,\"content\":\"one\"}\n\r\n0\r\n\r\n", answer.Body);
        Assert.True(answer.IsEnded);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Theory]
    [InlineData("/sub?cname=a&seq=1&cb=foo", "text/javascript; charset=utf-8")]
    [InlineData("/poll?cname=a&cb=foo", "text/javascript; charset=utf-8")]
    [InlineData("/poll?cname=a&epoch=&cb=foo", "text/javascript; charset=utf-8")]
    [InlineData("/poll?cname=a&seq=1", "application/json; charset=utf-8")]
    [InlineData("/poll?cname=a&seq=1&cb=", "application/json; charset=utf-8")]
    [InlineData("/stream?cname=a&seq=1&cb=foo", "application/json; charset=utf-8")]
    public void What_calls_a_function_is_a_script_and_all_else_is_json(string target, string type) =>
        Assert.Contains($"Content-Type: {type}\r\n", _node.Sub(target).Fields, StringComparison.Ordinal);

    [Theory]
    [InlineData("/poll?cname=a&seq=1&cb=foo", "foo({0});\n")]
    [InlineData("/poll?cname=a&seq=1&cb=", "{0}\n")]
    [InlineData("/stream?cname=a&seq=1&cb=foo", "{0}\n")]
    [InlineData("/sse?cname=a&seq=1&cb=<bad>", "data: {0}\n\n")]
    public void A_callback_wraps_polls_and_nothing_else(string target, string frame)
    {
        var answer = _node.Sub(target);
        Publish("x");
        Assert.Equal(
            frame.Replace("{0}", """{"type":"data","cname":"a","seq":1,"content":"x"}""", StringComparison.Ordinal),
            answer.Body);
    }

    [Theory]
    [InlineData("alert(1)")]
    [InlineData("<script>")]
    [InlineData("a+b")]
    [InlineData("a%00b")]
    [InlineData("%C3%A4")]
    [InlineData("a;b")]
    public void A_callback_that_is_no_name_is_refused(string callback)
    {
        var answer = _node.Sub($"/poll?cname=a&seq=1&cb={callback}");
        Assert.Equal("400 Bad Request", answer.Status);
        Assert.Contains("application/json", answer.Fields, StringComparison.Ordinal);
        Assert.Null(_node.Hub.Find("a"u8));
    }

    [Theory]
    [InlineData(128, "200 OK")]
    [InlineData(129, "400 Bad Request")]
    public void A_callback_has_a_longest_name(int length, string status) =>
        Assert.Equal(status, _node.Sub($"/poll?cname=a&seq=1&cb={new string('x', length)}").Status);

    [Fact]
    public void A_callback_may_be_a_member_of_an_object() =>
        Assert.StartsWith(
            "window.$a_1[0].b({", _node.Sub("/poll?cname=a&cb=window.$a_1[0].b").Body, StringComparison.Ordinal);

    [Theory]
    [InlineData("", 0)]
    [InlineData("&noop=5", 5)]
    [InlineData("&noop=text", 0)]
    [InlineData("&noop=-3", -3)]
    [InlineData("&noop=2147483648", int.MinValue)] // cut to 32 bits
    public void The_first_noop_has_the_number_the_client_chose(string parameter, int first)
    {
        var answer = _node.Sub("/stream?cname=a&seq=1" + parameter);
        Assert.Equal(first, answer.Heartbeat);
        answer.Beat();
        answer.Beat();
        Assert.Equal(
            $$"""{"type":"noop","cname":"a","seq":{{first}},"content":""}""" + "\n"
            + $$"""{"type":"noop","cname":"a","seq":{{first + 1}},"content":""}""" + "\n",
            answer.Body);
    }

    [Fact]
    public void When_the_channel_is_closed_every_answer_ends_with_a_word()
    {
        var poll = _node.Sub("/poll?cname=a&seq=1", isChunked: true);
        var stream = _node.Sub("/sse?cname=a&seq=1", isChunked: true);
        _node.Ask("/close?cname=a");
        const string Close = """{"type":"close","cname":"a","seq":1,"content":""}""";
        Assert.Equal($"32\r\n{Close}\n\r\n0\r\n\r\n", poll.Body);
        Assert.Equal($"39\r\ndata: {Close}\n\n\r\n0\r\n\r\n", stream.Body);
        Assert.True(poll.IsEnded && stream.IsEnded);
    }

    [Theory]
    [InlineData("/poll", "{0}\n")]
    [InlineData("/stream", "{0}\n")]
    [InlineData("/sse", "data: {0}\n\n")]
    public void A_refusal_is_one_message_with_status_200_and_ends(string path, string frame)
    {
        Restart(new HubOptions { MaxSubscribersPerChannel = 0 });
        var answer = _node.Sub(path + "?cname=a&seq=1");
        Assert.Equal("200 OK", answer.Status);
        Assert.False(answer.Head!.SaysKeepAlive);
        Assert.False(answer.Head.Closes);
        Assert.Equal(frame.Replace("{0}", TooManySubscribers.TrimEnd(), StringComparison.Ordinal), answer.Body);
        Assert.True(answer.IsEnded);
    }

    [Fact]
    public void A_refused_iframe_is_a_page_too()
    {
        Restart(new HubOptions { MaxSubscribersPerChannel = 0 });
        var body = _node.Sub("/iframe?cname=a&seq=1").Body;
        Assert.StartsWith("<html><head>", body, StringComparison.Ordinal);
        Assert.EndsWith(
            $"<body>\n<script>parent.icomet_cb({TooManySubscribers.TrimEnd()});</script>\n",
            body,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_poll_is_wrapped_in_its_callback()
    {
        Restart(new HubOptions { MaxChannels = 1 });
        Publish("x");
        Assert.Equal($"foo({TooManyChannels.TrimEnd()});\n", _node.Sub("/poll?cname=b&cb=foo").Body);
        Assert.Contains(
            "Content-Type: text/javascript;", _node.Sub("/poll?cname=b&cb=foo").Fields, StringComparison.Ordinal);
        Assert.Equal(TooManyChannels, _node.Sub("/poll?cname=b").Body);
    }

    [Theory]
    [InlineData("/poll?cname=a&seq=1")]
    [InlineData("/ping")]
    [InlineData("/nothing")]
    public void Who_may_not_come_is_refused_at_every_path_and_no_channel_created(string target)
    {
        Restart(options: new ICometOptions { FrontRules = new AddressRules(["all"], ["127.0.0.1"]) });
        var answer = _node.Sub(target);
        Assert.Equal("403 Forbidden", answer.Status);
        Assert.Equal("Your address may not come here.\n", answer.Body);
        Assert.Equal(0, _node.Hub.ChannelCount);
        Assert.False(_node.Front.Admits(default, new RecordingExchange(_node.Dispatcher)));
    }

    [Fact]
    public void Who_has_no_token_or_a_wrong_one_is_refused_and_no_channel_created()
    {
        Restart(options: new ICometOptions { Auth = AuthModes.Token });
        Assert.Equal(TokenError, _node.Sub("/poll?cname=a").Body);
        Assert.Equal(0, _node.Hub.ChannelCount);
        var token = Token();
        Assert.Equal(TokenError, _node.Sub("/poll?cname=a").Body);
        Assert.Equal(TokenError, _node.Sub("/poll?cname=a&token=").Body);
        Assert.Equal(TokenError, _node.Sub($"/poll?cname=a&token={token}0").Body);
        Assert.True(_node.Sub($"/poll?cname=a&seq=1&token={token}").IsHeld);
    }

    [Fact]
    public void A_token_dies_with_its_channel()
    {
        Restart(options: new ICometOptions { Auth = AuthModes.Token });
        var token = Token();
        Assert.Equal(token, Token());
        _node.Ask("/close?cname=a");
        _node.Ask("/push?cname=a");
        Assert.Equal(TokenError, _node.Sub($"/poll?cname=a&token={token}").Body);
        Assert.NotEqual(token, Token());
    }

    [Fact]
    public void A_wrong_token_is_told_before_a_full_channel()
    {
        Restart(
            new HubOptions { MaxSubscribersPerChannel = 0, MaxChannels = 1 },
            new ICometOptions { Auth = AuthModes.Token });
        var token = Token();
        Assert.Equal(TokenError, _node.Sub("/poll?cname=a&token=wrong").Body);
        Assert.Equal(TooManySubscribers, _node.Sub($"/poll?cname=a&token={token}").Body);
        Assert.Contains("Token error", _node.Sub("/poll?cname=b").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public void Only_get_subscribes(string method)
    {
        var answer = _node.Sub(method + " /stream?cname=a");
        Assert.Equal("405 Method Not Allowed", answer.Status);
        Assert.Equal("", answer.Body);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Fact]
    public void Who_gives_no_name_is_in_the_channel_without_one()
    {
        var answer = _node.Sub("/stream?seq=1");
        _node.Ask("/push?cname=&content=x");
        Assert.Equal("""{"type":"data","cname":"","seq":1,"content":"x"}""" + "\n", answer.Body);
    }

    [Fact]
    public void A_subscriber_that_goes_is_no_longer_counted_nor_told()
    {
        var answer = _node.Sub("/stream?cname=a&seq=1");
        Assert.Equal(1, _node.Hub.SubscriberCount);
        answer.Disconnect();
        Publish("x");
        Assert.Equal("", answer.Body);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    private void Restart(HubOptions? limits = null, ICometOptions? options = null)
    {
        _node.Dispose();
        _node = new ICometNode(limits, options);
    }

    private void Publish(params string[] contents) =>
        Array.ForEach(contents, content => _node.Ask($"/push?cname=a&content={content}"));

    private string Token()
    {
        var body = _node.Ask("/sign?cname=a").Body;
        var at = body.IndexOf("\"token\":\"", StringComparison.Ordinal) + "\"token\":\"".Length;
        return body.Substring(at, 32);
    }
}
