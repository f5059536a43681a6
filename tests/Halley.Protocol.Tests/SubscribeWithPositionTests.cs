using Halley.Protocol.Http;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>What iComet's subscribers are told that sent <c>epoch</c>, byte for byte.</summary>
public sealed class SubscribeWithPositionTests : IDisposable
{
    private readonly ICometNode _node = new(new HubOptions { HistorySize = 2 });

    public SubscribeWithPositionTests() => Epoch = _node.Hub.FindOrCreate("a"u8)!.Epoch;

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("/stream", "{0}\n")]
    [InlineData("/sse", "id: {1}:{2}\ndata: {0}\n\n")]
    [InlineData("/iframe", "<script>parent.icomet_cb({0});</script>\n")]
    public void A_stream_is_told_where_it_stands_then_what_it_missed_then_what_comes(string path, string frame)
    {
        Publish("one", "two");
        var answer = _node.Sub($"{path}?cname=a&seq=2&epoch={Epoch}");
        Publish("three");
        Assert.EndsWith(
            Frame("""{"type":"exact","cname":"a","seq":2,"epoch":"E","count":1,"content":""}""", 1)
            + Frame("""{"type":"data","cname":"a","seq":2,"content":"two"}""", 2)
            + Frame("""{"type":"data","cname":"a","seq":3,"content":"three"}""", 3),
            answer.Body,
            StringComparison.Ordinal);

        answer.Beat();
        Assert.EndsWith(
            Around("""{"type":"noop","cname":"a","seq":0,"epoch":"E","top":3,"content":""}"""),
            answer.Body,
            StringComparison.Ordinal);
        _node.Ask("/close?cname=a");
        Assert.EndsWith(
            Around("""{"type":"close","cname":"a","seq":4,"epoch":"E","content":""}"""),
            answer.Body,
            StringComparison.Ordinal);

        string Frame(string json, int offset) =>
            string.Format(null, frame, json, Epoch, offset).Replace("\"E\"", $"\"{Epoch}\"", StringComparison.Ordinal);
        string Around(string json) => Frame(json, 0).Replace($"id: {Epoch}:0\n", "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_WebSocket_is_told_the_same_in_messages()
    {
        Publish("one");
        var exchange = new RecordingExchange(_node.Dispatcher);
        Assert.Null(RequestParser.Parse(RawWebSocket.Handshake("/ws?cname=a&seq=1&epoch=").Latin1(), out var head));
        _node.Front.Handle(new HttpRequest(head, head.Path, default), exchange);
        Assert.Equal(
            [
                .. Text($$"""{"type":"exact","cname":"a","seq":1,"epoch":"{{Epoch}}","count":1,"content":""}"""),
                .. Text("""{"type":"data","cname":"a","seq":1,"content":"one"}"""),
            ],
            exchange.BodyBytes);

        static byte[] Text(string text) => RawWebSocket.Unmasked(RawWebSocket.TextFrame, text.Utf8());
    }

    [Fact]
    public void A_poll_is_told_all_in_one_array()
    {
        Publish("one", "two");
        Assert.Equal(
            $$"""[{"type":"exact","cname":"a","seq":2,"epoch":"{{Epoch}}","count":1,"content":""},"""
                + $$"""{"type":"data","cname":"a","seq":2,"content":"two"}]"""
                + "\n",
            _node.Sub($"/poll?cname=a&seq=2&epoch={Epoch}").Body);
        Assert.Equal(
            $$"""f([{"type":"exact","cname":"a","seq":3,"epoch":"{{Epoch}}","count":0,"content":""}]);""" + "\n",
            _node.Sub("/poll?cname=a&epoch=&cb=f").Body);
    }

    [Theory]
    [InlineData("", """{"type":"data","cname":"a","seq":2,"content":"two"}""" + "\n")]
    [InlineData("&cb=f", """f({"type":"data","cname":"a","seq":2,"content":"two"});""" + "\n")]
    public void A_poll_that_nothing_is_to_be_told_is_held_for_a_message_alone(string callback, string expected)
    {
        Publish("one");
        var answer = _node.Sub($"/poll?cname=a&seq=2&epoch={Epoch}{callback}");
        Assert.True(answer.IsHeld);
        Assert.Equal("", answer.Body);
        Publish("two");
        Assert.Equal(expected, answer.Body);
        Assert.True(answer.IsEnded);
    }

    [Fact]
    public void The_heartbeat_of_a_poll_has_the_position_too()
    {
        Publish("one");
        var answer = _node.Sub($"/poll?cname=a&seq=2&epoch={Epoch}&noop=7");
        answer.Beat();
        Assert.Equal(
            $$"""{"type":"noop","cname":"a","seq":7,"epoch":"{{Epoch}}","top":1,"content":""}""" + "\n", answer.Body);
    }

    [Fact]
    public void What_is_lost_is_told_with_its_reason_before_what_is_kept()
    {
        Publish("one", "two", "three");
        Assert.Equal(
            $$"""[{"type":"gap","cname":"a","seq":2,"epoch":"{{Epoch}}","from":1,"to":1,"""
            + "\"reason\":\"evicted\",\"count\":2,\"content\":\"\"},"
            + """{"type":"data","cname":"a","seq":2,"content":"two"},"""
            + """{"type":"data","cname":"a","seq":3,"content":"three"}]"""
            + "\n",
            _node.Sub($"/poll?cname=a&seq=1&epoch={Epoch}").Body);
        _node.Ask("/clear?cname=a");
        Assert.Equal(
            $$"""[{"type":"gap","cname":"a","seq":4,"epoch":"{{Epoch}}","from":1,"to":3,"""
            + "\"reason\":\"cleared\",\"count\":0,\"content\":\"\"}]\n",
            _node.Sub($"/poll?cname=a&seq=1&epoch={Epoch}").Body);
    }

    [Theory]
    [InlineData("epoch=12&seq=1", "epoch")]
    [InlineData("epoch=nonsense&seq=1", "epoch")]
    [InlineData("epoch=-5&seq=1", "epoch")]
    [InlineData("epoch=99999999999999999999&seq=1", "epoch")]
    [InlineData("epoch=0&seq=9", "ahead")]
    public void A_place_that_means_nothing_here_is_reset(string place, string reason)
    {
        Publish("one");
        Assert.Equal(
            $$"""{"type":"reset","cname":"a","seq":1,"epoch":"{{Epoch}}","reason":"{{reason}}","""
            + "\"count\":1,\"content\":\"\"}\n"
            + """{"type":"data","cname":"a","seq":1,"content":"one"}""" + "\n",
            _node.Sub($"/stream?cname=a&{place}").Body);
    }

    [Fact]
    public void A_negative_number_is_none() =>
        Assert.Contains(
            "\"exact\",\"cname\":\"a\",\"seq\":1,",
            _node.Sub("/poll?cname=a&seq=-3&epoch=0").Body,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("/stream?cname=a&seq=x&epoch=")]
    [InlineData("/poll?cname=a&seq=1x&epoch=0")]
    [InlineData("/sse?cname=a&seq=-&epoch=0")]
    public void A_number_that_is_none_is_refused_and_not_taken_for_another_place(string path)
    {
        var answer = _node.Sub(path);
        Assert.Equal("400 Bad Request", answer.Status);
        Assert.Equal(
            "{\"type\":\"error\",\"message\":\"Beside epoch, seq must be a number: that of the message that is wanted "
                + "next.\"}\n",
            answer.Body);
    }

    [Fact]
    public void Who_names_no_channel_is_not_held_on_the_one_with_the_empty_name()
    {
        var answer = _node.Sub("/stream?seq=1&epoch=");
        Assert.Equal("400 Bad Request", answer.Status);
        Assert.Equal(
            "{\"type\":\"error\",\"message\":\"cname is missing: the name of a channel, such as cname=news\"}\n",
            answer.Body);
        Assert.StartsWith(
            "{\"type\":\"next_seq\",\"cname\":\"\"", _node.Sub("/stream?seq=0").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_id_of_the_last_event_is_newer_than_the_address()
    {
        Publish("one", "two");
        const string Path = "/sse?cname=a&seq=1&epoch=1";
        var expected = $"id: {Epoch}:1\ndata: {{\"type\":\"exact\",\"cname\":\"a\",\"seq\":2,";
        Assert.StartsWith(
            expected, _node.Front.Ask(
                $"GET {Path}", exchange: new(_node.Dispatcher), fields: $"Last-Event-ID: {Epoch}:1\r\n")
                .Body, StringComparison.Ordinal);
        Assert.StartsWith(expected, _node.Sub($"{Path}&last_event_id={Epoch}:1").Body, StringComparison.Ordinal);
        Assert.StartsWith(expected, _node.Sub($"{Path}&lastEventId={Epoch}%3A1").Body, StringComparison.Ordinal);
        Assert.StartsWith(expected, _node.Sub($"{Path}&Last-Event-ID={Epoch}%3A1").Body, StringComparison.Ordinal);
        Assert.StartsWith(
            $"id: {Epoch}:0\ndata: {{\"type\":\"reset\"",
            _node.Sub($"{Path}&last_event_id={Epoch}:1x").Body,
            StringComparison.Ordinal);
        Assert.StartsWith(
            $"id: {Epoch}:0\ndata: {{\"type\":\"reset\"",
            _node.Sub($"{Path}&last_event_id={Epoch}:{long.MaxValue}").Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_broadcast_is_a_message_like_others()
    {
        var stream = _node.Sub("/stream?cname=a&seq=1&epoch=");
        var poll = _node.Sub($"/poll?cname=a&seq=1&epoch={Epoch}");
        _node.Ask("/broadcast?content=all");
        const string Object = """{"type":"broadcast","cname":"a","seq":1,"content":"all"}""" + "\n";
        Assert.EndsWith("\"content\":\"\"}\n" + Object, stream.Body, StringComparison.Ordinal);
        Assert.Equal(Object, poll.Body);
    }

    [Theory]
    [InlineData("/poll")]
    [InlineData("/stream")]
    [InlineData("/sse")]
    public void Pages_of_other_sites_may_read_it(string path)
    {
        var fields = _node.Sub($"{path}?cname=a&epoch=").Fields;
        Assert.Equal(2, fields.Split("Access-Control-Allow-Origin: *\r\n").Length);
    }

    [Fact]
    public void A_back_end_that_asks_gets_the_epoch_with_the_token()
    {
        Assert.EndsWith(
            $",\"sub_timeout\":30,\"epoch\":\"{Epoch}\"}}\n",
            _node.Ask("/sign?cname=a&epoch=").Body,
            StringComparison.Ordinal);
        Assert.EndsWith(",\"sub_timeout\":30}\n", _node.Ask("/sign?cname=a").Body, StringComparison.Ordinal);
    }

    // Of the channel that all cases subscribe to.
    private long Epoch { get; }

    private void Publish(params string[] texts)
    {
        foreach (var text in texts)
        {
            _node.Ask($"/push?cname=a&content={text}");
        }
    }
}
