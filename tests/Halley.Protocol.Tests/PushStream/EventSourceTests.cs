using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public sealed class EventSourceTests
{
    [Theory]
    [InlineData("hi", "", "data: hi\n\n")]
    [InlineData("hi", "Event-Id: 17\r\nEvent-Type: news", "id: 17\nevent: news\ndata: hi\n\n")]
    [InlineData("hi", "Event-Id: ", "id: \ndata: hi\n\n")]
    [InlineData("l1\nl2\rl3\r\nl4", "", "data: l1\ndata: l2\ndata: l3\ndata: l4\n\n")]
    [InlineData("a\\nb", "", "data: a\\nb\n\n")]
    [InlineData("a\0b\nevent: evil", "", "data: a\0b\ndata: event: evil\n\n")]
    [InlineData("\r\n\n", "", "\n")]
    public void A_message_is_an_event(string text, string fields, string written)
    {
        using var node = Node(new EndpointOptions());
        var subscriber = node.Ask("/sub/a");
        node.Ask("POST /pub?id=a", text, fields);
        Assert.Equal(": \n" + written, subscriber.Body);
        Assert.StartsWith(
            "Content-Type: text/event-stream; charset=utf-8\r\n", subscriber.Fields, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?lastEventId=a%20%2B", "", "two")]
    [InlineData("?last_event_id=a+%2b", "", null)]
    [InlineData("?Last-Event-ID=a%20+", "", "two")]
    [InlineData("?lastEventId=other", "Last-Event-ID: a +", "two")]
    [InlineData("?lastEventId=", "", null)]
    public void A_polyfill_may_say_in_its_address_which_event_it_has(string query, string fields, string? next)
    {
        using var node = Node(new EndpointOptions());
        node.Ask("POST /pub?id=a", "one", "Event-Id: a +");
        node.Ask("POST /pub?id=a", "two");
        Assert.Equal(
            ": \n" + (next is null ? "" : $"data: {next}\n\n"), node.Ask("/sub/a" + query, fields: fields).Body);
    }

    [Fact]
    public void Other_transports_arguments_are_their_own()
    {
        using var node = new PushStreamNode();
        node.Ask("POST /pub?id=a", "one", "Event-Id: 1");
        node.Ask("POST /pub?id=a", "two");
        Assert.Equal("", node.Ask("/sub/a?lastEventId=1").Body);
    }

    [Fact]
    public void Header_and_footer_are_comments_and_the_template_surrounds_each_line()
    {
        using var node = Node(new EndpointOptions
        {
            HeaderTemplate = "head\nline"u8.ToArray(),
            FooterTemplate = "bye\nnow",
            MessageTemplate = "{\"id\":~id~,\"channel\":\"~channel~\",\"text\":\"~text~\"}",
        });
        var subscriber = node.Ask("/sub/a");
        subscriber.Beat();
        node.Ask("DELETE /pub?id=a");
        Assert.Equal(
            ": head\n: line\n: -1\ndata: {\"id\":-2,\"channel\":\"a\",\"text\":\"Channel deleted\"}\n\n: bye\n: now\n",
            subscriber.Body);
    }

    [Fact]
    public void Padding_is_a_comment_and_does_not_count_the_labels()
    {
        using var node = Node(new EndpointOptions { PaddingByUserAgent = "PadMe,0,508" });
        var subscriber = node.Ask("/sub/a", fields: "User-Agent: PadMe/1");
        node.Ask("POST /pub?id=a", "hi", "Event-Id: 17");
        Assert.Equal(": \nid: 17\ndata: hi\n\n" + new string(':', 499) + "\n", subscriber.Body);
    }

    [Fact]
    public void A_poll_that_is_asked_for_here_is_answered_in_events()
    {
        using var node = Node(new EndpointOptions());
        node.Publish("a", "x");
        var answer = node.Ask("/sub/a.b1", fields: "X-Nginx-PushStream-Mode: Polling");
        Assert.Equal(": \ndata: x\n\n", answer.Body);
        Assert.StartsWith("Content-Type: text/plain\r\n", answer.Fields, StringComparison.Ordinal);
    }

    private static PushStreamNode Node(EndpointOptions endpoint)
    {
        endpoint.Kind = PushStreamKind.EventSource;
        return new PushStreamNode(endpoint);
    }
}
