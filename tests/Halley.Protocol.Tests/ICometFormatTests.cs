using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Http;

namespace Halley.Protocol.Tests;

/// <summary>What the original's clients see, byte for byte.</summary>
public class ICometFormatTests
{
    private static readonly Framing Chunked = Framing.Chunked;
    private static readonly Framing Plain = Framing.None;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, ICometFormat> Formats = new()
    {
        ["poll"] = ICometFormat.Poll(Timeout),
        ["jsonp"] = ICometFormat.Jsonp("foo"u8, Timeout),
        ["stream"] = ICometFormat.Stream(Timeout),
        ["sse"] = ICometFormat.ServerSentEvents(Timeout),
        ["iframe"] = ICometFormat.Iframe(Timeout),
    };

    [Theory]
    [InlineData("poll", "{0}\n")]
    [InlineData("jsonp", "foo({0});\n")]
    [InlineData("stream", "{0}\n")]
    [InlineData("sse", "data: {0}\n\n")]
    [InlineData("iframe", "<script>parent.icomet_cb({0});</script>\n")]
    public void A_message_is_an_object_of_four_fields_with_something_around_it(string format, string frame)
    {
        const string Json = """{"type":"data","cname":"a","seq":1,"content":"hello"}""";
        Assert.Equal(frame.Replace("{0}", Json, StringComparison.Ordinal), Message(format, 1, "hello"));
    }

    [Fact]
    public void A_message_is_one_chunk() =>
        Assert.Equal(
            "35\r\n{\"type\":\"data\",\"cname\":\"m0\",\"seq\":1,\"content\":\"one\"}\n\r\n",
            Written(output => Formats["poll"].WriteMessage(new("m0"u8, 1), NewMessage(1, "one"), Chunked, output)));

    [Fact]
    public void What_a_poll_missed_is_one_array_in_one_chunk() =>
        Assert.Equal(
            "74\r\nfoo([{\"type\":\"data\",\"cname\":\"c\",\"seq\":1,\"content\":\"hello\"},"
            + "{\"type\":\"data\",\"cname\":\"c\",\"seq\":2,\"content\":\"world\"}]);\n\r\n",
            Written(
                output => Formats["jsonp"].WriteMissed(
                    new("c"u8, 1), [NewMessage(1, "hello"), NewMessage(2, "world")], Chunked, output)));

    [Fact]
    public void What_a_poll_missed_is_an_array_even_of_one() =>
        Assert.Equal(
            """[{"type":"data","cname":"c","seq":1,"content":"x"}]""" + "\n",
            Written(output => Formats["poll"].WriteMissed(new("c"u8, 1), [NewMessage(1, "x")], Plain, output)));

    [Fact]
    public void What_others_missed_are_messages_one_by_one() =>
        Assert.Equal(
            "3b\r\ndata: {\"type\":\"data\",\"cname\":\"c\",\"seq\":1,\"content\":\"one\"}\n\n\r\n"
            + "3b\r\ndata: {\"type\":\"data\",\"cname\":\"c\",\"seq\":2,\"content\":\"two\"}\n\n\r\n",
            Written(output => WriteEach("sse", [NewMessage(1, "one"), NewMessage(2, "two")], Chunked, output)));

    [Fact]
    public void A_broadcast_to_a_poll_is_an_array_with_the_number_to_go_on_with() =>
        Assert.Equal(
            """[{"type":"broadcast","cname":"b0","seq":1,"content":"x"},"""
                + """{"type":"next_seq","cname":"b0","seq":2,"content":""}]"""
                + "\n",
            Written(
                output => Formats["poll"].WriteMessage(
                    new("b0"u8, 1), NewMessage(1, "x", MessageTraits.Broadcast), Plain, output)));

    [Fact]
    public void A_broadcast_to_others_is_two_messages() =>
        Assert.Equal(
            """<script>parent.icomet_cb({"type":"broadcast","cname":"b0","seq":1,"content":"x"});</script>""" + "\n"
            + """<script>parent.icomet_cb({"type":"next_seq","cname":"b0","seq":2,"content":""});</script>""" + "\n",
            Written(
                output => Formats["iframe"].WriteMessage(
                    new("b0"u8, 1), NewMessage(1, "x", MessageTraits.Broadcast), Plain, output)));

    [Fact]
    public void A_broadcast_that_was_missed_is_followed_by_the_number_to_go_on_with_too()
    {
        Message[] missed = [NewMessage(1, "a", MessageTraits.Broadcast), NewMessage(2, "b")];
        Assert.Equal(
            """[{"type":"broadcast","cname":"c","seq":1,"content":"a"},"""
                + """{"type":"next_seq","cname":"c","seq":2,"content":""},"""
                + """{"type":"data","cname":"c","seq":2,"content":"b"}]""" + "\n",
            Written(output => Formats["poll"].WriteMissed(new("c"u8, 1), missed, Plain, output)));
        Assert.Equal(
            """{"type":"broadcast","cname":"c","seq":1,"content":"a"}""" + "\n"
            + """{"type":"next_seq","cname":"c","seq":2,"content":""}""" + "\n"
            + """{"type":"data","cname":"c","seq":2,"content":"b"}""" + "\n",
            Written(output => WriteEach("stream", missed, Plain, output)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_noop_carries_its_own_number(int count) =>
        Assert.Equal(
            $$"""{"type":"noop","cname":"a","seq":{{count}},"content":""}""" + "\n",
            Written(output => Formats["stream"].WriteHeartbeat(new("a"u8, 1), 1, count, Plain, output)));

    [Fact]
    public void A_noop_is_sent_a_second_after_the_polling_timeout() =>
        Assert.All(Formats.Values, format => Assert.Equal(TimeSpan.FromSeconds(31), format.HeartbeatInterval));

    [Fact]
    public void Only_a_poll_ends_with_its_message() =>
        Assert.Equal(
            ["jsonp", "poll"], Formats.Where(pair => pair.Value.EndsWithMessage).Select(pair => pair.Key).Order());

    [Fact]
    public void When_a_channel_is_closed_its_next_number_is_told() =>
        Assert.Equal(
            """data: {"type":"close","cname":"a","seq":5,"content":""}""" + "\n\n",
            Written(output => Formats["sse"].WriteEnd(
                "a"u8, new Ending(CloseReason.ChannelClosed, new StreamPosition(7, 5)), isLast: true, Plain, output)));

    [Fact]
    public void When_the_node_stops_nothing_is_told_and_the_answer_is_cut_off()
    {
        var stop = new Ending(CloseReason.Shutdown, new StreamPosition(7, 5));
        Assert.Equal("", Written(output => Formats["sse"].WriteEnd("a"u8, stop, isLast: true, Chunked, output)));
        Assert.False(Formats["sse"].IsWholeAfter(CloseReason.Shutdown));
    }

    [Theory]
    [InlineData("stream", "a\"b\\c\r\nd\t</script>\u2028", "a\\\"b\\\\c\\r\\nd\\t</script>\u2028")]
    [InlineData("jsonp", "a\"</script>\u2028", "a\\\"\\u003c/script>\\u2028")]
    [InlineData("iframe", "a\"</script>\u2028", "a\\\"\\u003c/script>\\u2028")]
    public void Text_is_escaped_where_it_has_to_be(string format, string text, string escaped) =>
        Assert.Contains($"\"content\":\"{escaped}\"}}", Message(format, 1, text), StringComparison.Ordinal);

    [Theory]
    [InlineData(@"say \""hi\""\n", @"say \""hi\""\n")]
    [InlineData("broken \" and \n", "broken \\\" and \\n")]
    public void What_was_escaped_by_its_publisher_passes_and_is_mended_where_it_would_break_the_frame(
        string text, string content) =>
        Assert.Contains(
            $"\"content\":\"{content}\"}}",
            Message("stream", 1, text, MessageTraits.JsonEscaped),
            StringComparison.Ordinal);

    [Fact]
    public void A_name_cannot_break_out_of_its_string() =>
        Assert.Contains(
            "\"cname\":\"a\\\",\\u003c/script>\\n\"",
            Written(
                output =>
                    Formats["iframe"].WriteMessage(new("a\",</script>\n"u8, 1), NewMessage(1, ""), Plain, output)),
            StringComparison.Ordinal);

    private static string Message(string format, long offset, string text, MessageTraits traits = MessageTraits.None) =>
        Written(output => Formats[format].WriteMessage(new("a"u8, 1), NewMessage(offset, text, traits), Plain, output));

    private static Message NewMessage(long offset, string text, MessageTraits traits = MessageTraits.None) =>
        new(offset, text.Utf8(), traits);

    private static void WriteEach(string format, Message[] messages, Framing framing, ByteBuffer output)
    {
        foreach (var message in messages)
        {
            Formats[format].WriteMessage(new("c"u8, 1), message, framing, output);
        }
    }

    private static string Written(Action<ByteBuffer> write)
    {
        var output = new ByteBuffer();
        write(output);
        return System.Text.Encoding.UTF8.GetString(output.Written);
    }
}
