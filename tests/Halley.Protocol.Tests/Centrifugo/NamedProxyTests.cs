using System.Text;
using System.Text.Json;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.Centrifugo.Proxies;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Servers that namespaces and methods have by name, beside the one of the endpoint.</summary>
public sealed class NamedProxyTests : IDisposable
{
    private static readonly NamedProxy Chat = new("chat", "http://chat/ask")
    {
        Timeout = TimeSpan.FromSeconds(3),
        Headers = ["Cookie"],
        StaticHeaders = [("X-App", "halley"), ("cookie", "none")],
        RpcPrefixes = ["chat:"],
    };

    private readonly FakeBackend _backend = new();
    private readonly CentrifugoServer _server;

    public NamedProxyTests() => _server = new CentrifugoServer(
        namespaces:
        [
            new ChannelNamespace("chat:"u8.ToArray())
            {
                SubscribeProxy = "chat", PublishProxy = "chat", SubRefreshProxy = "again", Presence = WhoMay.Anyone,
                TellsPresence = true,
            },
            new ChannelNamespace("plain:"u8.ToArray()),
        ],
        choose: Choose,
        backend: _backend);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_namespace_asks_the_server_that_it_names_in_its_own_way()
    {
        var client = Come("Cookie: a=b\r\nX-Other: c\r\n");
        client.Say("""{"id":2,"subscribe":{"channel":"chat:1"}}""");

        Assert.Equal(("http://chat/ask", TimeSpan.FromSeconds(3)), (_backend.Last.Url, _backend.Last.Timeout));
        Assert.Equal(["Content-Type", "X-App", "Cookie"], _backend.Last.Fields.Select(field => field.Name));
        Assert.Contains(("Cookie", "a=b"), _backend.Last.Fields);
        Answer("""{"result":{}}""");
        Assert.Contains("\"subscribe\":{", client.Heard(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_always_sends_stands_where_the_client_has_nothing_of_the_name()
    {
        Come().Say("""{"id":2,"subscribe":{"channel":"chat:1"}}""");

        Assert.Contains(("cookie", "none"), _backend.Last.Fields);
    }

    [Fact]
    public void Others_are_asked_as_the_endpoint_has_it_and_see_nothing_of_what_is_for_the_first()
    {
        var client = Come("Cookie: a=b\r\nX-Other: c\r\n");
        client.Say("""{"id":2,"subscribe":{"channel":"plain:1"}}""");

        Assert.Equal(("http://app/subscribe", TimeSpan.FromSeconds(1)), (_backend.Last.Url, _backend.Last.Timeout));
        Assert.Equal([("Content-Type", "application/json"), ("X-Other", "c")], _backend.Last.Fields);
    }

    [Theory]
    [InlineData("""{"error":{"code":403,"message":"no"}}""", "\"code\":403")]
    [InlineData("nonsense", "\"code\":100")]
    public void Who_is_refused_or_gets_no_answer_that_means_something_may_not(string answer, string error)
    {
        var client = Come();
        client.Say("""{"id":2,"subscribe":{"channel":"chat:1"}}""");
        Answer(answer);
        Assert.Contains(error, client.Heard(), StringComparison.Ordinal);

        client.Say("""{"id":3,"publish":{"channel":"chat:1","data":1}}""");
        Answer(answer);
        Assert.Contains(error, client.Heard(), StringComparison.Ordinal);
        Assert.Null(_server.Hub.Find("chat:1"u8));
    }

    [Fact]
    public void A_server_that_does_not_answer_allows_nothing()
    {
        foreach (var outcome in Enum.GetValues<BackendOutcome>().Except([BackendOutcome.Answered]))
        {
            var client = Come();
            client.Say("""{"id":2,"subscribe":{"channel":"chat:1"}}""");
            _backend.Fail(outcome);
            Assert.Contains("\"code\":100", client.Heard(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_subscription_is_kept_by_the_server_that_its_namespace_names_for_that()
    {
        var client = Come();
        var now = _server.Time.GetUtcNow().ToUnixTimeSeconds();
        client.Say("""{"id":2,"subscribe":{"channel":"chat:1"}}""");
        Answer($$$"""{"result":{"expire_at":{{{now + 60}}}}}""");
        Assert.DoesNotContain("expires", client.Heard(), StringComparison.Ordinal);

        _server.Time.AdvanceSeconds(62);
        client.Exchange.PassTime();

        Assert.Equal("http://again/ask", _backend.Last.Url);
        Answer("""{"result":{"expired":true}}""");
        Assert.Contains("\"unsubscribe\":{\"code\":2501", client.Heard(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat:send", "http://chat/ask")]
    [InlineData("chat:admin:send", "http://again/ask")]
    [InlineData("send", "http://app/rpc")]
    public void A_method_is_asked_where_the_longest_beginning_is(string method, string url)
    {
        var client = Come();
        client.Say($$$"""{"id":2,"rpc":{"method":"{{{method}}}"}}""");

        Assert.Equal(url, _backend.Last.Url);
        Assert.Equal(method, JsonElement.Parse(Encoding.UTF8.GetString(_backend.Last.Body!)).GetProperty("method")
            .GetString());
    }

    [Fact]
    public void Nobody_publishes_comings_and_goings_whatever_a_server_would_say()
    {
        var client = Come();
        var asked = _backend.Requests.Count;

        Assert.Contains(
            "\"code\":103",
            client.Ask("""{"id":2,"publish":{"channel":"chat:1:presence","data":1}}"""),
            StringComparison.Ordinal);
        Assert.Equal(asked, _backend.Requests.Count);
    }

    [Fact]
    public void A_name_that_there_is_not_is_told_at_the_start() => Assert.Throws<ArgumentException>(
        () => new CentrifugoServer(
            namespaces: [new ChannelNamespace("a"u8.ToArray()) { SubscribeProxy = "moon" }], backend: _backend));

    private static void Choose(CentrifugoOptions options)
    {
        options.ProxySubscribe = "http://app/subscribe";
        options.ProxyPublish = "http://app/publish";
        options.ProxyRpc = "http://app/rpc";
        options.ProxyHeaders.Add("X-Other");
        options.NamedProxies = [Chat, new NamedProxy("again", "http://again/ask") { RpcPrefixes = ["chat:admin:"] }];
    }

    private CentrifugoCaller Come(string fields = "")
    {
        var client = _server.Open(fields);
        client.Say("""{"id":1,"connect":{}}""");
        client.Heard();
        return client;
    }

    private void Answer(string body)
    {
        _backend.Answer(200, body);
        _server.Dispatcher.RunAll();
    }
}
