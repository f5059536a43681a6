using System.Text;
using System.Text.Json;
using Halley.Protocol.Backends;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Tests.Routing;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>The operator's own server is asked, in the words of Centrifugo's proxies.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly FakeBackend _backend = new();
    private readonly CentrifugoServer _server;

    public ProxyTests() => _server = new CentrifugoServer(choose: Choose, backend: _backend);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_client_without_a_token_is_who_the_server_says()
    {
        var client = _server.Open();
        client.Say("""{"id":1,"connect":{"name":"js","data":{"room":1}}}""");
        Assert.Equal("", client.Heard());
        Assert.Equal("http://app/connect", _backend.Last.Url);
        var asked = Asked();
        Assert.Equal("websocket json json js", Text(asked, "transport", "protocol", "encoding", "name"));
        Assert.Equal(1, asked.GetProperty("data").GetProperty("room").GetInt32());

        Answer(
            """{"result":{"user":"56","info":{"name":"Ann"},"data":{"hi":1},"channels":["news"],"subs":{"a":{}}}}""");
        var answer = JsonElement.Parse(client.Heard()).GetProperty("connect");
        Assert.Equal(Text(asked, "client"), Text(answer, "client"));
        Assert.Equal("""{"hi":1}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["a", "news"], answer.GetProperty("subs").EnumerateObject().Select(sub => sub.Name));
        client.Say("""{"id":2,"publish":{"channel":"free","data":1}}""");
        Answer("""{"result":{}}""");
        client.Heard();
        Assert.Contains(
            "\"user\":\"56\"", Kept(client, "free"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"disconnect":{"code":4501,"reason":"no\u0000body"}}""", 4501, "nobody")]
    [InlineData("""{"disconnect":{"code":12,"reason":"x"}}""", 3004, "internal server error")]
    public void A_client_may_be_sent_away(string answer, int code, string reason)
    {
        var client = _server.Open().Say("""{"id":1,"connect":{}}""");
        Answer(answer);
        Assert.Equal((code, reason), client.Ended());
    }

    [Theory]
    [InlineData(
        """{"error":{"code":403,"message":"no","temporary":true}}""",
        """{"code":403,"message":"no","temporary":true}""")]
    [InlineData("nonsense", """{"code":100,"message":"internal server error","temporary":true}""")]
    [InlineData("[]", """{"code":100,"message":"internal server error","temporary":true}""")]
    public void A_client_is_told_what_went_wrong(string answer, string error)
    {
        var client = _server.Open().Say("""{"id":1,"connect":{}}""");
        Answer(answer);
        Assert.Equal($$"""{"id":1,"error":{{error}}}""", client.Heard());
    }

    [Fact]
    public void A_server_that_does_not_answer_lets_nobody_in()
    {
        foreach (var outcome in Enum.GetValues<BackendOutcome>().Except([BackendOutcome.Answered]))
        {
            var client = _server.Open().Say("""{"id":1,"connect":{}}""");
            _backend.Fail(outcome);
            Assert.Contains("\"code\":100", client.Heard(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Who_may_stay_is_asked_when_the_time_is_over()
    {
        var client = Connected($"\"expire_at\":{Now + 60}");
        Pass(client, 62);
        Assert.Equal("http://app/refresh", _backend.Last.Url);
        Assert.Equal("56", Text(Asked(), "user"));
        Answer($$$"""{"result":{"expire_at":{{{Now + 60}}}}}""");
        Assert.False(client.IsEnded);
        client.Say("{}");

        Pass(client, 62);
        Answer("""{"result":{"expired":true}}""");
        Assert.Equal(3005, client.Ended().Code);
    }

    [Fact]
    public void Who_may_stay_is_asked_then_also_where_the_time_is_looked_at_a_little_early()
    {
        _server.Time.AdvanceSeconds(0.5);
        var client = Connected($"\"expire_at\":{Now + 60}");
        Pass(client, 59.2);
        Assert.Equal("http://app/connect", _backend.Last.Url);
        client.Say("{}");
        Pass(client, 1);
        Assert.Equal("http://app/refresh", _backend.Last.Url);
    }

    [Fact]
    public void A_subscription_is_what_the_server_allows()
    {
        var client = Connected();
        client.Say("""{"id":2,"subscribe":{"channel":"room:1","data":{"why":1}}}""");
        Assert.Equal("http://app/subscribe", _backend.Last.Url);
        Assert.Equal("56 room:1", Text(Asked(), "user", "channel"));
        Answer(
            "{\"result\":{\"data\":{\"a\":1},\"override\":{\"force_recovery\":{\"value\":true}},"
                + $"\"expire_at\":{Now + 60}}}}}");
        var answer = client.Heard();
        Assert.Contains("\"recoverable\":true", answer, StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"a\":1}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", answer, StringComparison.Ordinal);

        Pass(client, 62);
        Assert.Equal("http://app/sub_refresh", _backend.Last.Url);
        Answer("""{"result":{"expired":true}}""");
        Assert.Contains("\"unsubscribe\":{\"code\":2501", client.Heard(), StringComparison.Ordinal);

        client.Say("""{"id":3,"subscribe":{"channel":"room:2"}}""");
        Answer("""{"error":{"code":403,"message":"no"}}""");
        Assert.Contains("\"code\":403", client.Heard(), StringComparison.Ordinal);
        var asked = _backend.Requests.Count;
        Assert.Contains(
            "\"subscribe\":{", client.Ask("""{"id":4,"subscribe":{"channel":"free"}}"""), StringComparison.Ordinal);
        Assert.Equal(asked, _backend.Requests.Count);
    }

    [Fact]
    public void Channels_that_the_server_is_asked_about_cannot_be_had_in_passing()
    {
        _server.Options.ProxyConnect = "";
        using var server = new CentrifugoServer(
            choose: options => options.ProxySubscribe = "http://app/subscribe", backend: _backend);
        var client = server.Open().Say("""{"id":1,"connect":{"subs":{"room:1":{}}}}""");
        Assert.DoesNotContain("subs", client.Heard(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_published_as_the_server_has_it()
    {
        var client = Connected();
        client.Say("""{"id":2,"publish":{"channel":"free","data":{"a":1}}}""");
        Assert.Equal("http://app/publish", _backend.Last.Url);
        Answer("""{"result":{"data":{"b":2}}}""");
        Assert.Contains("\"publish\":{}", client.Heard(), StringComparison.Ordinal);
        client.Say("""{"id":3,"publish":{"channel":"free","data":2}}""");
        Answer("""{"error":{"code":1000,"message":"rude"}}""");
        client.Heard();
        var kept = Kept(client, "free");
        Assert.Contains("\"data\":{\"b\":2}", kept, StringComparison.Ordinal);
        Assert.Contains("\"offset\":1}}", kept, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_is_answered_by_the_server()
    {
        var client = Connected();
        client.Say("""{"id":2,"rpc":{"method":"sum","data":[1,2]}}""");
        Assert.Equal("sum", Text(Asked(), "method"));
        Answer("""{"result":{"data":3}}""");
        Assert.Equal("""{"id":2,"rpc":{"data":3}}""", client.Heard());
    }

    [Fact]
    public void What_is_no_address_or_has_nothing_to_follow_is_told()
    {
        Assert.Empty(CentrifugoOptionsCheck.Mistakes(_server.Options, RequestFor.At("/")));
        var options = new CentrifugoOptions { ProxyRefresh = "http://app/$arg_a", ProxyRpc = "app" };
        var mistakes = CentrifugoOptionsCheck.Mistakes(options, RequestFor.At("/")).ToList();
        Assert.Equal(3, mistakes.Count);
    }

    private static void Choose(CentrifugoOptions options)
    {
        options.ProxyConnect = "http://app/connect";
        options.ProxyRefresh = "http://app/refresh";
        options.ProxySubscribe = "http://app/subscribe";
        options.ProxySubscribeChannels.Add("room:*");
        options.ProxySubRefresh = "http://app/sub_refresh";
        options.ProxyPublish = "http://app/publish";
        options.ProxyRpc = "http://app/rpc";
    }

    private long Now => _server.Time.GetUtcNow().ToUnixTimeSeconds();

    private CentrifugoCaller Connected(string more = "\"data\":null")
    {
        var client = _server.Open().Say("""{"id":1,"connect":{}}""");
        Answer($$$"""{"result":{"user":"56",{{{more}}}}}""");
        Assert.DoesNotContain("expires", client.Heard(), StringComparison.Ordinal);
        return client;
    }

    private void Answer(string body)
    {
        _backend.Answer(200, body);
        _server.Dispatcher.RunAll();
    }

    private void Pass(CentrifugoCaller client, double seconds)
    {
        _server.Time.AdvanceSeconds(seconds);
        client.Exchange.PassTime();
    }

    private JsonElement Asked() => JsonElement.Parse(Encoding.UTF8.GetString(_backend.Last.Body!));

    private static string Text(JsonElement json, params string[] names) =>
        string.Join(' ', names.Select(name => json.GetProperty(name).GetString()));

    private static string Kept(CentrifugoCaller client, string channel) =>
        client.Ask($$$"""{"id":9,"history":{"channel":"{{{channel}}}","limit":10}}""");
}
