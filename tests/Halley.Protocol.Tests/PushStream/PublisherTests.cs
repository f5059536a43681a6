using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public sealed class PublisherTests : IDisposable
{
    private const string NoCache =
        "Expires: Thu, 01 Jan 1970 00:00:01 GMT\r\nCache-Control: no-cache, no-store, must-revalidate\r\n";

    private readonly PushStreamNode _node = new(
        options: new PushStreamOptions { MaxChannelIdLength = 20, EventsChannelId = "events" });

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public void Publishing_answers_with_what_there_is_to_know_of_the_channel(string method)
    {
        var answer = _node.Ask(method + " /pub?id=ch1", "hello");
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal("Content-Type: application/json\r\n|\r\n" + NoCache, answer.Fields);
        Assert.Equal(
            "{\"channel\": \"ch1\", \"published_messages\": 1, \"stored_messages\": 1, \"subscribers\": 0}\r\n",
            answer.Body);
    }

    [Fact]
    public void Getting_tells_the_same_and_publishes_nothing()
    {
        _node.Publish("ch1", "a", "b");
        Assert.Equal(
            "{\"channel\": \"ch1\", \"published_messages\": 2, \"stored_messages\": 2, \"subscribers\": 0}\r\n",
            _node.Ask("/pub?id=ch1").Body);
        AssertRefused("404 Not Found", null, "/pub?id=unknown");
    }

    [Theory]
    [InlineData("GET /pub", "400 Bad Request", "No channel id provided.")]
    [InlineData("POST /pub?id=", "400 Bad Request", "No channel id provided.")]
    [InlineData("DELETE /pub?id=/", "400 Bad Request", "No channel id provided.")]
    [InlineData("POST /pub?id=a", "400 Bad Request", "Empty post requests are not allowed.")]
    [InlineData("POST /pub?id=a*b", "403 Forbidden", "Channel id not authorized for this method.")]
    [InlineData("GET /pub?id=ALL", "403 Forbidden", "Channel id not authorized for this method.")]
    [InlineData("POST /pub?id=123456789012345678901", "400 Bad Request", "Channel id is too large.")]
    [InlineData("DELETE /pub?id=123456789012345678901", "400 Bad Request", "Channel id is too large.")]
    [InlineData("POST /pub?id=events", "403 Forbidden", "Only internal routines can change events channel.")]
    [InlineData("PUT /pub?id=events", "403 Forbidden", "Only internal routines can change events channel.")]
    [InlineData("DELETE /pub?id=events", "403 Forbidden", "Only internal routines can change events channel.")]
    [InlineData("DELETE /pub?id=unknown", "404 Not Found", null)]
    public void What_cannot_be_done_is_refused_in_the_originals_words(string request, string status, string? explain) =>
        AssertRefused(status, explain, request);

    [Fact]
    public void An_empty_post_has_created_the_channel()
    {
        _node.Ask("POST /pub?id=a");
        Assert.Contains("\"published_messages\": 0", _node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    public void Other_methods_are_told_which_there_are(string method)
    {
        var answer = _node.Ask(method + " /pub?id=a");
        Assert.Equal("405 Not Allowed", answer.Status);
        Assert.EndsWith("Allow: GET, POST, PUT, DELETE\r\n", answer.Fields, StringComparison.Ordinal);
    }

    [Fact]
    public void A_normal_publisher_deletes_nothing()
    {
        using var node = new PushStreamNode(publisher: new EndpointOptions { Kind = PushStreamKind.Publisher });
        var answer = node.Ask("DELETE /pub?id=a");
        Assert.Equal("405 Not Allowed", answer.Status);
        Assert.EndsWith("Allow: GET, POST, PUT\r\n", answer.Fields, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_to_be_stored_is_not_and_what_is_not_to_be_told_is_not()
    {
        using var node = new PushStreamNode(
            publisher: new EndpointOptions { Kind = PushStreamKind.Publisher, ChannelInfoOnPublish = false });
        var answer = node.Ask("POST /pub?id=a", "x");
        Assert.Equal(("200 OK", ""), (answer.Status, answer.Body));
        Assert.DoesNotContain("Content-Type", answer.Fields, StringComparison.Ordinal);
        Assert.Contains(
            "\"published_messages\": 1, \"stored_messages\": 0", node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void One_request_may_name_several_channels()
    {
        var answer = _node.Ask("POST /pub?id=a/b//c", "x");
        Assert.Equal(3, answer.Body.Split("\"published_messages\": 1").Length - 1);
        Assert.Contains("\"infos\": [\r\n{\"channel\": \"a\"", answer.Body, StringComparison.Ordinal);
        Assert.StartsWith("{\"channel\": \"b\"", _node.Ask("/pub?id=unknown/b").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leading_slash_publishes_to_no_channel_without_a_name()
    {
        _node.Ask("POST /pub?id=/a", "secret");
        Assert.Equal(["events", "a"], _node.Hub.Channels().Select(channel => channel.Name.Latin1()));
    }

    [Fact]
    public void Deleting_frees_the_name_and_counts_anew()
    {
        _node.Publish("a", "x", "y");
        var answer = _node.Ask("DELETE /pub?id=unknown/a");
        Assert.Equal("200 OK", answer.Status);
        Assert.EndsWith("X-Nginx-PushStream-Explain: Channel deleted.\r\n", answer.Fields, StringComparison.Ordinal);
        AssertRefused("404 Not Found", null, "/pub?id=a");
        _node.Publish("a", "z");
        Assert.Contains("\"published_messages\": 1,", _node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_keeps_as_many_messages_as_are_configured()
    {
        using var node = new PushStreamNode(options: new PushStreamOptions { MaxMessagesStoredPerChannel = 4 });
        node.Publish("a", "1", "2", "3", "4", "5", "6");
        Assert.Contains(
            "\"published_messages\": 6, \"stored_messages\": 4", node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Channels_and_wildcard_channels_are_counted_apart()
    {
        using var node = new PushStreamNode(options: new PushStreamOptions
        {
            MaxNumberOfChannels = 2,
            MaxNumberOfWildcardChannels = 1,
            WildcardChannelPrefix = "b_",
        });
        node.Publish("a", "x");
        node.Publish("c", "x");
        node.Publish("b_1", "x");
        foreach (var channel in new[] { "d", "b_2" })
        {
            var answer = node.Ask("POST /pub?id=" + channel, "x");
            Assert.Equal("403 Forbidden", answer.Status);
            Assert.EndsWith(
                "X-Nginx-PushStream-Explain: Number of channels were exceeded.\r\n",
                answer.Fields,
                StringComparison.Ordinal);
        }

        node.Ask("DELETE /pub?id=a");
        node.Publish("d", "x");
    }

    [Fact]
    public void Where_the_memory_is_full_publishing_is_refused_and_nothing_else()
    {
        using var node = new PushStreamNode(limits: new HubOptions { MaxStoredBytes = 10 });
        node.Publish("a", "1234567");
        var answer = node.Ask("POST /pub?id=a", "12345");
        Assert.Equal("500 Internal Server Error", answer.Status);
        Assert.Contains("\"published_messages\": 1,", node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
        node.Ask("DELETE /pub?id=a");
        node.Publish("a", "12345");
    }

    [Fact]
    public void A_body_longer_than_the_location_takes_is_refused()
    {
        using var node = new PushStreamNode(
            publisher: new EndpointOptions { Kind = PushStreamKind.Publisher, MaxBodyBytes = 4 });
        Assert.Equal("413 Request Entity Too Large", node.Ask("POST /pub?id=a", "12345").Status);
        node.Publish("a", "1234");
    }

    [Theory]
    [InlineData("$arg_o", "/pub?id=a&o=http%3A%2F%2Fa.example", "http://a.example")]
    [InlineData("http://b.example", "/pub?id=a", "http://b.example")]
    public void A_browser_from_an_allowed_origin_is_told_what_it_may(string origins, string target, string origin)
    {
        using var node = new PushStreamNode(
            publisher: new EndpointOptions { Kind = PushStreamKind.Publisher, AllowedOrigins = origins });
        var expected = $"Access-Control-Allow-Origin: {origin}\r\nAccess-Control-Allow-Methods: GET, POST, PUT\r\n"
            + "Access-Control-Allow-Headers: If-Modified-Since,If-None-Match,Etag,Event-Id,Event-Type,Last-Event-Id\r\n"
            + "Access-Control-Expose-Headers: Etag,Last-Modified,X-Nginx-PushStream-Explain\r\n" + NoCache;
        Assert.EndsWith(expected, node.Ask("POST " + target, "x").Fields, StringComparison.Ordinal);
        var preflight = node.Ask("OPTIONS " + target);
        Assert.Equal(("200 OK", ""), (preflight.Status, preflight.Body));
        Assert.EndsWith(expected, preflight.Fields, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/pub?id=a&o=")]
    [InlineData("/pub?id=a")]
    [InlineData("/pub?id=a&o=x%0D%0AX-Evil:%20y")]
    public void Where_there_is_no_origin_nothing_is_said(string target)
    {
        using var node = new PushStreamNode(
            publisher: new EndpointOptions { Kind = PushStreamKind.Publisher, AllowedOrigins = "$arg_o" });
        var fields = node.Ask("POST " + target, "x").Fields;
        Assert.DoesNotContain("Access-Control", fields, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Evil", fields, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_may_choose_the_channel_and_whether_it_stores()
    {
        using var node = new PushStreamNode(publisher: new EndpointOptions
        {
            Kind = PushStreamKind.Publisher,
            If =
            [
                new() { When = "$arg_test", ChannelsPath = "test_$arg_id" },
                new() { When = "$arg_keep = yes", StoreMessages = true },
            ],
        });
        Assert.Contains(
            "\"channel\": \"test_a\", \"published_messages\": 1, \"stored_messages\": 0",
            node.Ask("POST /pub?id=a&test=1", "x").Body,
            StringComparison.Ordinal);
        Assert.Contains(
            "\"channel\": \"a\", \"published_messages\": 1, \"stored_messages\": 1",
            node.Ask("POST /pub?id=a&keep=yes", "x").Body,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /pub?id=a")]
    [InlineData("PUT /pub?id=a")]
    [InlineData("DELETE /pub?id=a")]
    public void A_packed_message_is_refused(string request)
    {
        var answer = _node.Ask(request, "\u001f\u008b", "Content-Encoding: gzip");
        Assert.Equal("415 Unsupported Media Type", answer.Status);
        Assert.Contains("Accept-Encoding: identity\r\n", answer.Fields, StringComparison.Ordinal);
        Assert.Null(_node.Hub.Find("a"u8));
    }

    private void AssertRefused(string status, string? explain, string request)
    {
        var answer = _node.Ask(request);
        Assert.Equal(status, answer.Status);
        Assert.Equal(
            "|\r\n" + NoCache + (explain is null ? "" : $"X-Nginx-PushStream-Explain: {explain}\r\n"), answer.Fields);
        Assert.Equal("", answer.Body);
    }
}
