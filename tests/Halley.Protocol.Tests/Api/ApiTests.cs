using System.Text.Json;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Api;

/// <summary>What each command does, and what it says where it does not.</summary>
public sealed class ApiTests : IDisposable
{
    private readonly ApiNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_publish_is_heard_and_says_where_the_message_lies()
    {
        var subscriber = Subscribe("news");

        var done = _node.Done("publish", """{"channel":"news","data":"hello"}""");

        Assert.Equal("hello", subscriber.Text);
        Assert.Equal(
            (_node.Epoch("news"), 1), (done.GetProperty("epoch").GetString(), done.GetProperty("offset").GetInt32()));
        Assert.Equal(
            2, _node.Done("publish", """{"channel":"news","data":"again"}""").GetProperty("offset").GetInt32());
    }

    [Theory]
    [InlineData("\"data\":\"caf\\u00e9\"", "caf\u00e9")]
    [InlineData("\"data\": {\"a\": [1, null]}", "{\"a\": [1, null]}")]
    [InlineData("\"data\":17", "17")]
    [InlineData("\"data\":null", "null")]
    [InlineData("\"data\":\"\"", "")]
    [InlineData("\"b64data\":\"aGk=\"", "hi")]
    public void A_message_is_text_or_json_or_bytes(string data, string heard)
    {
        var subscriber = Subscribe("news");
        _node.Done("publish", $$"""{"channel":"news",{{data}}}""");
        Assert.Equal(heard, subscriber.Text);
        Assert.Single(subscriber.Messages);
    }

    [Fact]
    public void What_a_publisher_says_of_a_message_travels_with_it()
    {
        var subscriber = Subscribe("news");
        _node.Done("publish", """{"channel":"news","data":"x","event":"price","id":"7","content_type":"text/plain"}""");
        var labels = Assert.Single(subscriber.Messages).Labels!;
        Assert.Equal(
            ["price", "7", "text/plain"],
            new[] { labels.EventType, labels.EventId, labels.ContentType }.Select(label => label!.Latin1()));
    }

    [Fact]
    public void A_publisher_may_say_how_long_a_message_is_kept()
    {
        _node.Done("publish", """{"channel":"news","data":"now","history_size":0}""");
        _node.Done("publish", """{"channel":"news","data":"soon","history_size":5,"history_ttl":2}""");
        Assert.Equal(["soon"], History("""{"channel":"news"}"""));
        _node.Time.AdvanceSeconds(4);
        Assert.Empty(History("""{"channel":"news"}"""));
        Assert.Contains(
            "history_size",
            _node.Refused("publish", """{"channel":"news","data":"x","history_ttl":2}""").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_publish_under_a_known_key_is_answered_as_before_and_not_repeated()
    {
        const string Body = """{"channel":"news","data":"x","idempotency_key":"k"}""";
        _node.Done("publish", Body);
        var again = _node.Done("publish", Body);
        Assert.Equal((1, true), (again.GetProperty("offset").GetInt32(), again.GetProperty("repeated").GetBoolean()));
        var refused = _node.Refused("publish", Body.Replace("\"x\"", "\"y\"", StringComparison.Ordinal));
        Assert.Equal(("422 Unprocessable Content", "idempotency_key_reused"), (refused.Status, refused.Code));
    }

    [Fact]
    public void A_broadcast_reaches_each_channel_and_says_which_one_refused_it()
    {
        using var node = new ApiNode(new HubOptions { MaxChannels = 2 });
        var results = node.Done("broadcast", """{"channels":["a","b","c","a"],"data":"x"}""").GetProperty("results");

        Assert.Equal(4, results.GetArrayLength());
        Assert.Equal((1, 1, 2), (Offset(0), Offset(1), Offset(3)));
        Assert.Equal("too_many_channels", results[2].GetProperty("error").GetProperty("code").GetString());

        int Offset(int i) => results[i].GetProperty("offset").GetInt32();
    }

    [Fact]
    public void A_batch_is_carried_out_in_its_order_and_each_command_is_answered_by_itself()
    {
        var replies = _node.Done("batch", """
            {"commands":[
              {"publish":{"channel":"news","data":"1"}},
              {"publish":{"channel":"","data":"2"}},
              {"history":{"channel":"news"}},
              {"dance":{}},
              {"batch":{"commands":[]}},
              {},
              {"channel":{"channel":"other"}},
              {"channel":{"channel":"news","colour":1}}]}
            """).GetProperty("replies");

        Assert.Equal(
            [
                "", "bad_request", "", "unknown_command", "unknown_command", "bad_request", "unknown_channel",
                "bad_request",
            ],
            replies.EnumerateArray().Select(
                reply => reply.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : ""));
        Assert.Equal("1", replies[2].GetProperty("publications")[0].GetProperty("data").GetString());
        Assert.Contains(
            "commands[1].publish.channel",
            replies[1].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "commands[7].channel.colour",
            replies[7].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "1 2 3 4 5")]
    [InlineData(",\"limit\":2", "1 2")]
    [InlineData(",\"limit\":0", "")]
    [InlineData(",\"reverse\":true,\"limit\":2", "5 4")]
    [InlineData(",\"since\":{\"epoch\":\"EPOCH\",\"offset\":3}", "4 5")]
    [InlineData(",\"since\":{\"epoch\":\"EPOCH\",\"offset\":5}", "")]
    [InlineData(",\"since\":{\"epoch\":\"EPOCH\",\"offset\":3},\"reverse\":true", "2 1")]
    [InlineData(",\"since\":{\"epoch\":\"1\",\"offset\":3}", "1 2 3 4 5")]
    public void History_is_read_from_a_place_on_and_in_either_order(string more, string expected)
    {
        for (var n = 1; n <= 5; n++)
        {
            _node.Done("publish", $$"""{"channel":"news","data":"{{n}}"}""");
        }

        Assert.Equal(
            expected,
            string.Join(
                ' ',
                History(
                    $$"""{ "channel": "news" """
                        + $$"""{{more.Replace("EPOCH", _node.Epoch("news"), StringComparison.Ordinal)}} }""")));
    }

    [Fact]
    public void History_says_whether_anything_is_missing_since_a_place()
    {
        for (var n = 1; n <= 3; n++)
        {
            _node.Done("publish", $$"""{"channel":"news","data":"{{n}}","history_size":2}""");
        }

        bool Recovered(string known, int offset) => _node
            .Done("history", $$"""{ "channel": "news", "since": { "epoch": "{{known}}", "offset": {{offset}} } }""")
            .GetProperty("recovered").GetBoolean();
        var epoch = _node.Epoch("news");
        Assert.Equal((false, true, true), (Recovered(epoch, 0), Recovered(epoch, 1), Recovered(epoch, 3)));
        Assert.False(Recovered(epoch, 9));
        Assert.False(Recovered("1", 3));
    }

    [Fact]
    public async Task What_is_no_text_comes_back_as_bytes_and_what_was_escaped_as_its_text()
    {
        _node.Done("publish", """{"channel":"news","b64data":"/w=="}""");
        var escaped = new Publication("\\u0041\\n"u8.ToArray()) { Traits = MessageTraits.JsonEscaped };
        Assert.Equal(PublishStatus.Published, (await _node.Hub.Broker.Publish("news"u8, escaped)).Status);

        var kept = _node.Done("history", """{"channel":"news"}""").GetProperty("publications");
        Assert.Equal("/w==", kept[0].GetProperty("b64data").GetString());
        Assert.False(kept[0].TryGetProperty("data", out _));
        Assert.Equal("A\n", kept[1].GetProperty("data").GetString());
    }

    [Fact]
    public void History_is_removed_and_its_numbers_go_on()
    {
        _node.Done("publish", """{"channel":"news","data":"1"}""");
        Assert.Equal(1, _node.Done("history_remove", """{"channel":"news"}""").GetProperty("offset").GetInt32());
        Assert.Empty(History("""{"channel":"news"}"""));
        Assert.Equal(2, _node.Done("publish", """{"channel":"news","data":"2"}""").GetProperty("offset").GetInt32());
    }

    [Fact]
    public void Channels_are_listed_a_page_at_a_time()
    {
        foreach (var name in new[] { "chat:1", "news", "chat:2", "chat:3" })
        {
            _node.Done("publish", $$"""{"channel":"{{name}}","data":"x"}""");
        }

        Subscribe("chat:2");
        var first = _node.Done("channels", """{"prefix":"chat:","limit":2}""");
        Assert.Equal(["chat:1", "chat:2"], Names(first));
        Assert.Equal(
            [0, 1], first.GetProperty("channels").EnumerateArray().Select(
                channel => channel.GetProperty("subscribers").GetInt32()));
        var last = _node.Done(
            "channels", $$"""{"prefix":"chat:","limit":2,"cursor":"{{first.GetProperty("cursor").GetString()}}"}""");
        Assert.Equal(["chat:3"], Names(last));
        Assert.False(last.TryGetProperty("cursor", out _));
        Assert.Equal(4, Names(_node.Done("channels", "{}")).Count());
    }

    [Fact]
    public void Info_counts_everything()
    {
        Subscribe("news");
        _node.Done("publish", """{"channel":"news","data":"x"}""");
        var info = JsonElement.Parse(_node.Ask("GET /api/info").Body);
        Assert.Equal("1.2.3", info.GetProperty("version").GetString());
        Assert.All(
            info.EnumerateObject().Where(property => property.Name != "version"),
            property => Assert.Equal(1, property.Value.GetInt32()));
        Assert.Equal(6, info.GetPropertyCount());
        Assert.Equal(info.ToString(), _node.Post("info", "{}").Body);
    }

    [Fact]
    public async Task A_history_and_a_batch_of_them_have_only_so_many_bytes()
    {
        for (var i = 0; i < 3; i++)
        {
            await PublishLarge(6 << 20);
        }

        Assert.Equal([1, 2], OffsetsOf(_node.Done("history", """{"channel":"a"}""")));
        Assert.Equal([3, 2], OffsetsOf(_node.Done("history", """{"channel":"a","reverse":true}""")));
        const string One = """{"history":{"channel":"a"}}""";
        var replies = _node.Done("batch", $$"""{"commands":[{{One}},{{One}},{{One}}]}""").GetProperty("replies");
        Assert.Equal([1, 2], OffsetsOf(replies[1]));
        Assert.Contains(
            "commands[2] was not carried out",
            replies[2].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);

        static IEnumerable<int> OffsetsOf(JsonElement history) => history.GetProperty("publications")
            .EnumerateArray()
            .Select(publication => publication.GetProperty("offset").GetInt32());
    }

    [Fact]
    public async Task A_history_has_one_message_however_large()
    {
        await PublishLarge(17 << 20);
        Assert.Equal(1, _node.Done("history", """{"channel":"a"}""").GetProperty("publications").GetArrayLength());
    }

    private static IEnumerable<string?> Names(JsonElement answer) =>
        answer.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("channel").GetString());

    private IEnumerable<string?> History(string body) =>
        _node.Done("history", body).GetProperty("publications").EnumerateArray().Select(
            message => message.GetProperty("data").GetString());

    // As another dialect takes it.
    private async Task PublishLarge(int bytes)
    {
        var text = new byte[bytes];
        Array.Fill(text, (byte)'x');
        Assert.Equal(PublishStatus.Published, (await _node.Hub.Broker.Publish("a"u8, new Publication(text))).Status);
    }

    private RecordingSubscriber Subscribe(string channel)
    {
        var subscriber = new RecordingSubscriber();
        _node.Hub.Attach(channel.Utf8(), subscriber, new AttachOptions(), new RecordingExchange(_node.Dispatcher));
        return subscriber;
    }
}
