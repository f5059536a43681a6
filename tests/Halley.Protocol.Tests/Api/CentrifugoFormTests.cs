using System.Text.Json;
using Halley.Channels;
using Halley.Protocol.Dialects.Api;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Api;

/// <summary>The answers as libraries for Centrifugo's server API read them.</summary>
public sealed class CentrifugoFormTests : IDisposable
{
    private readonly ApiNode _node = new(form: ApiForm.Centrifugo);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_publish_is_answered_with_a_result_and_its_data_stays_JSON()
    {
        var subscriber = Subscribe("news");
        var result = Result("publish", """{"channel":"news","data":"hello","tags":{"lang":"en"},"delta":true}""");
        Assert.Equal(1, result.GetProperty("offset").GetInt32());
        Assert.Equal(_node.Epoch("news"), result.GetProperty("epoch").GetString());
        Assert.Equal("\"hello\"", subscriber.Text);
        Assert.Equal("""{"tags":{"lang":"en"}}""", Assert.Single(subscriber.Messages).Labels!.Details!.Latin1());
    }

    [Fact]
    public void A_message_that_skips_the_history_is_not_kept()
    {
        Result("publish", """{"channel":"news","data":1,"skip_history":true}""");
        Result("publish", """{"channel":"news","data":2}""");
        var publications = Result("history", """{"channel":"news","limit":-1}""").GetProperty("publications");
        Assert.Equal(2, Assert.Single(publications.EnumerateArray()).GetProperty("data").GetInt32());
    }

    [Fact]
    public void What_is_refused_has_a_number_and_status_200_unless_the_status_is_asked_for()
    {
        var refused = _node.Post("publish", "{}");
        Assert.Equal(("200 OK", 107), (refused.Status, CodeOf(refused)));
        refused = _node.Post("publish", "{}", "X-Centrifugo-Error-Mode: transport");
        Assert.Equal(("400 Bad Request", 107), (refused.Status, CodeOf(refused)));
        refused = _node.Post("dance", "{}");
        Assert.Equal(("404 Not Found", 104), (refused.Status, CodeOf(refused)));
        Assert.Equal(107, CodeOf(_node.Post("disconnect", """{"user":"1","label_filter":{}}""")));

        Result("publish", """{"channel":"news","data":1,"idempotency_key":"k"}""");
        Assert.Equal(
            113, CodeOf(_node.Post("publish", """{"channel":"news","data":2,"idempotency_key":"k"}""")));
    }

    [Fact]
    public void A_history_says_where_the_stream_stands_and_what_its_messages_carry()
    {
        var nothing = Result("history", """{"channel":"news"}""");
        Assert.Equal((0, ""), (nothing.GetProperty("offset").GetInt32(), nothing.GetProperty("epoch").GetString()));

        Result("publish", """{"channel":"news","data":{"a":1},"tags":{"lang":"en"}}""");
        Result("publish", """{"channel":"news","b64data":"aGVsbG8="}""");
        Assert.Empty(Result("history", """{"channel":"news"}""").GetProperty("publications").EnumerateArray());

        var history = Result("history", """{"channel":"news","limit":10}""");
        Assert.Equal(2, history.GetProperty("offset").GetInt32());
        Assert.Equal(
            """[{"data":{"a":1},"offset":1,"tags":{"lang":"en"}},{"data":"hello","offset":2}]""",
            history.GetProperty("publications").GetRawText());

        const string Foreign = """{"channel":"news","limit":1,"since":{"epoch":"xyz","offset":1}}""";
        Assert.Equal(112, CodeOf(_node.Post("history", Foreign)));
        Assert.Equal(JsonValueKind.Object, Result("history_remove", """{"channel":"other"}""").ValueKind);
    }

    [Fact]
    public void A_broadcast_is_answered_for_each_channel()
    {
        using var node = new ApiNode(new HubOptions { MaxChannels = 1 }, ApiForm.Centrifugo);
        var responses = Result(node.Post("broadcast", """{"channels":["a","b"],"data":"x"}"""))
            .GetProperty("responses");
        Assert.Equal(1, responses[0].GetProperty("result").GetProperty("offset").GetInt32());
        Assert.Equal(100, responses[1].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public void A_batch_has_replies_by_the_names_of_their_commands()
    {
        var answer = _node.Post(
            "batch",
            """{"parallel":true,"commands":[{"publish":{"channel":"a","data":1}},{"history":{}},{"x":{}}]}""");
        var replies = JsonElement.Parse(answer.Body).GetProperty("replies");
        Assert.Equal(1, replies[0].GetProperty("publish").GetProperty("offset").GetInt32());
        Assert.Equal(
            (107, 104),
            (replies[1].GetProperty("error").GetProperty("code").GetInt32(),
                replies[2].GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public void A_command_may_be_named_in_the_body()
    {
        var answer = _node.Ask("POST /api", """{"method":"publish","params":{"channel":"a","data":1}}""");
        Assert.Equal(1, Result(answer).GetProperty("offset").GetInt32());
        Assert.True(Result(_node.Ask("POST /api", """{"method":"info"}""")).TryGetProperty("nodes", out _));
        Assert.Equal(104, CodeOf(_node.Ask("POST /api", """{"method":"dance","params":{}}""")));
    }

    [Fact]
    public void Channels_with_subscribers_are_found_by_a_pattern()
    {
        Subscribe("chat:1");
        Subscribe("chat:2");
        Subscribe("news");
        Result("publish", """{"channel":"chat:3","data":1}""");
        var channels = Result("channels", """{"pattern":"chat:*"}""").GetProperty("channels");
        Assert.Equal("""{"chat:1":{"num_clients":1},"chat:2":{"num_clients":1}}""", channels.GetRawText());
        Assert.Equal(107, CodeOf(_node.Post("channels", """{"pattern":"chat:[12]"}""")));
        Assert.Equal(3, Result("channels", "{}").GetProperty("channels").EnumerateObject().Count());
    }

    [Fact]
    public void Presence_is_by_the_ids_of_connections()
    {
        Assert.Equal(
            """{"presence":{}}""", Result("presence", """{"channel":"news"}""").GetRawText());
        Assert.Equal(
            """{"num_clients":0,"num_users":0}""", Result("presence_stats", """{"channel":"news"}""").GetRawText());
    }

    private JsonElement Result(string command, string body) => Result(_node.Post(command, body));

    private static JsonElement Result(RecordingExchange answer)
    {
        Assert.Equal("200 OK", answer.Status);
        return JsonElement.Parse(answer.Body).GetProperty("result");
    }

    private static int CodeOf(RecordingExchange answer) =>
        JsonElement.Parse(answer.Body).GetProperty("error").GetProperty("code").GetInt32();

    private RecordingSubscriber Subscribe(string channel)
    {
        var subscriber = new RecordingSubscriber();
        _node.Hub.Attach(channel.Utf8(), subscriber, new AttachOptions(), new RecordingExchange(_node.Dispatcher));
        return subscriber;
    }
}
