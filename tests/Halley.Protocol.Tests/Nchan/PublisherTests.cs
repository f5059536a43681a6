using Halley.Protocol.Dialects.Nchan;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>What nchan's publishers are told, byte for byte, and what they can do.</summary>
public sealed class PublisherTests : IDisposable
{
    private readonly NchanNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Who_publishes_to_nobody_is_told_202_and_how_the_channel_is()
    {
        var answer = _node.Ask("POST /pub/a", "hello");
        Assert.Equal("202 Accepted", answer.Status);
        Assert.StartsWith("Content-Type: text/plain\r\n", answer.Fields, StringComparison.Ordinal);
        Assert.Equal(
            "queued messages: 1\r\nlast requested: -1 sec. ago\r\nactive subscribers: 0\r\n"
                + $"last message id: {_node.Second}:1",
            answer.Body);
    }

    [Fact]
    public void Who_publishes_to_somebody_is_told_201()
    {
        _node.Ask("/sub/a", fields: "Accept: text/event-stream");
        _node.Time.AdvanceSeconds(3);
        var answer = _node.Ask("PUT /pub/a", "hello");
        Assert.Equal("201 Created", answer.Status);
        Assert.Equal(
            "queued messages: 1\r\nlast requested: 3 sec. ago\r\nactive subscribers: 1\r\n"
                + $"last message id: {_node.Second}:1",
            answer.Body);
    }

    [Fact]
    public void A_poll_that_the_message_answers_counts_as_somebody()
    {
        _node.Ask("/sub/a");
        Assert.Equal("201 Created", _node.Ask("POST /pub/a", "hello").Status);
        Assert.Equal("202 Accepted", _node.Ask("POST /pub/a", "hello").Status);
    }

    [Theory]
    [InlineData(
        "text/json", "text/json", """{"messages": 1, "requested": -1, "subscribers": 0, "last_message_id": "ID" }""")]
    [InlineData(
        "application/json;q=1", "text/json",
        """{"messages": 1, "requested": -1, "subscribers": 0, "last_message_id": "ID" }""")]
    [InlineData(
        "text/html, application/xml", "text/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<channel>\r\n  <messages>1</messages>\r\n"
            + "  <requested>-1</requested>\r\n  <subscribers>0</subscribers>\r\n"
            + "  <last_message_id>ID</last_message_id>\r\n</channel>")]
    [InlineData(
        "application/x-yaml",
        "text/yaml",
        "---\r\nmessages: 1\r\nrequested: -1\r\nsubscribers: 0\r\nlast_message_id: \"ID\"\r\n\r\n")]
    [InlineData(
        "*/*",
        "text/plain",
        "queued messages: 1\r\nlast requested: -1 sec. ago\r\nactive subscribers: 0\r\nlast message id: ID")]
    public void The_answer_is_in_the_language_that_is_accepted(string accept, string type, string expected)
    {
        _node.Publish("a", "hello");
        var answer = _node.Ask("/pub/a", fields: "Accept: " + accept);
        Assert.Equal("200 OK", answer.Status);
        Assert.StartsWith($"Content-Type: {type}\r\n", answer.Fields, StringComparison.Ordinal);
        Assert.Equal(expected.Replace("ID", _node.Second + ":1", StringComparison.Ordinal), answer.Body);
    }

    [Theory]
    [InlineData("POST /pub/a", "")]
    [InlineData("POST /pub/a", "X-EventSource-Event: own")]
    [InlineData("POST /ps/a", "")]
    public void Where_a_location_names_its_events_what_is_published_there_is_called_so(string request, string fields)
    {
        using var node = new NchanNode(
            options => options.EventsourceEvent = options.Kind == NchanKind.Subscriber ? "" : "tick");
        var subscriber = node.Ask("/sub/a", fields: "Accept: text/event-stream");
        node.Ask(request, "one", fields);
        Assert.Equal($": hi\n\nevent: tick\nid: {node.Second}:1\ndata: one\n\n", subscriber.Body);
    }

    [Theory]
    [InlineData("POST /pub/a")]
    [InlineData("PUT /ps/a")]
    public void A_packed_message_is_refused(string request)
    {
        var answer = _node.Ask(request, "\u001f\u008b", "Content-Encoding: gzip");
        Assert.Equal("415 Unsupported Media Type", answer.Status);
        Assert.Contains("Accept-Encoding: identity\r\n", answer.Fields, StringComparison.Ordinal);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Fact]
    public void An_empty_message_is_one()
    {
        _node.Ask("POST /pub/a");
        Assert.StartsWith("queued messages: 1\r\n", _node.Ask("/pub/a").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /pub/none")]
    [InlineData("DELETE /pub/none")]
    public void A_channel_that_is_not_there_is_404(string request) =>
        Assert.Equal("404 Not Found", _node.Ask(request).Status);

    [Fact]
    public void Who_deletes_a_channel_is_told_how_it_was()
    {
        _node.Publish("a", "one", "two");
        var answer = _node.Ask("DELETE /pub/a");
        Assert.Equal("200 OK", answer.Status);
        Assert.StartsWith("queued messages: 2\r\n", answer.Body, StringComparison.Ordinal);
        Assert.Equal("404 Not Found", _node.Ask("/pub/a").Status);
    }

    [Fact]
    public void A_request_may_name_several_channels()
    {
        var answer = _node.Ask("POST /pub/a,b,a", "both");
        Assert.StartsWith("queued messages: 2\r\n", answer.Body, StringComparison.Ordinal);
        Assert.Equal("both", _node.Ask("/sub/a").Body);
        Assert.Equal("both", _node.Ask("/sub/b").Body);
        Assert.Equal("200 OK", _node.Ask("DELETE /pub/a,b").Status);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("POST /pub/", "400 Bad Request")]
    [InlineData("POST /pub/a,,b", "400 Bad Request")]
    [InlineData("POST /ps/", "400 Bad Request")]
    [InlineData("PATCH /pub/a", "405 Method Not Allowed")]
    [InlineData("DELETE /ps/a", "403 Forbidden")]
    [InlineData("POST /sub/a", "403 Forbidden")]
    [InlineData("DELETE /sub/a", "403 Forbidden")]
    public void What_cannot_be_is_refused_with_a_sentence(string request, string status)
    {
        var answer = _node.Ask(request, "x");
        Assert.Equal(status, answer.Status);
        Assert.EndsWith(".\n", answer.Body, StringComparison.Ordinal);
        Assert.Null(_node.Hub.Find("a"u8));
    }

    [Fact]
    public void A_request_names_no_more_than_255_channels()
    {
        var ids = string.Join(',', Enumerable.Range(0, 256));
        Assert.Equal("400 Bad Request", _node.Ask("POST /pub/" + ids, "x").Status);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Fact]
    public void An_id_has_a_length()
    {
        using var node = new NchanNode(options => options.MaxChannelIdLength = 3);
        Assert.Equal("202 Accepted", node.Ask("POST /pub/abc", "x").Status);
        Assert.Equal("403 Forbidden", node.Ask("POST /pub/abcd", "x").Status);
        Assert.Equal("403 Forbidden", node.Ask("/sub/abcd").Status);
    }

    [Fact]
    public void HEAD_is_answered()
    {
        Assert.Equal("404 Not Found", _node.Ask("HEAD /pub/a").Status);
        _node.Publish("a", "x");
        Assert.Equal("200 OK", _node.Ask("HEAD /pub/a").Status);
    }

    [Fact]
    public void A_channel_keeps_as_many_messages_as_its_location_says_for_as_long()
    {
        using var node = new NchanNode(options =>
        {
            options.MessageBufferLength = 2;
            options.MessageTimeout = TimeSpan.FromSeconds(5);
        });
        node.Publish("a", "1", "2", "3");
        Assert.StartsWith("queued messages: 2\r\n", node.Ask("/pub/a").Body, StringComparison.Ordinal);
        Assert.Equal("2", node.Ask("/sub/a").Body);
        node.Time.AdvanceSeconds(7);
        Assert.StartsWith("queued messages: 0\r\n", node.Ask("/pub/a").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_location_may_keep_nothing()
    {
        using var node = new NchanNode(options => options.StoreMessages = false);
        var live = node.Ask("/sub/a", fields: "Accept: text/event-stream");
        Assert.Equal("201 Created", node.Ask("POST /pub/a", "x").Status);
        Assert.Contains("data: x\n", live.Body, StringComparison.Ordinal);
        Assert.True(node.Ask("/sub/a").IsHeld);
    }

    [Fact]
    public void Where_there_may_be_no_further_channel_that_is_said()
    {
        using var node = new NchanNode(limits: new HubOptions { MaxChannels = 1 });
        node.Publish("a", "x");
        Assert.Equal("503 Service Unavailable", node.Ask("POST /pub/b", "x").Status);
        Assert.Equal("503 Service Unavailable", node.Ask("/sub/b").Status);
    }

    [Fact]
    public void Where_memory_is_full_nothing_is_published()
    {
        using var node = new NchanNode(limits: new HubOptions { MaxStoredBytes = 4 });
        node.Publish("a", "four");
        Assert.Equal("507 Insufficient Storage", node.Ask("POST /pub/a", "x").Status);
    }

    [Fact]
    public void Who_may_be_told_of_methods()
    {
        Assert.Contains(
            "Allow: GET, HEAD, POST, PUT, DELETE\r\n", _node.Ask("OPTIONS /pub/a").Fields, StringComparison.Ordinal);
        Assert.Contains("Allow: GET, HEAD, POST, PUT\r\n", _node.Ask("OPTIONS /ps/a").Fields, StringComparison.Ordinal);
        Assert.Contains("Allow: GET, HEAD\r\n", _node.Ask("OPTIONS /sub/a").Fields, StringComparison.Ordinal);
    }
}
