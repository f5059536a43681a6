using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Routing;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

public sealed class MiniCometTests : IDisposable
{
    private readonly Hub _hub = new(new HubOptions(), new ManualTime());
    private readonly ManualDispatcher _dispatcher = new();
    private readonly EndpointRouter _router;

    public MiniCometTests() => _router = new EndpointRouter(
        [new EndpointRoute(
            RequestFor.At("/"),
            AddressRules.Everybody,
            new MiniCometDialect(new MiniCometOptions(), _hub, new MemoryBroker(_hub)))]);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void A_subscriber_is_welcomed_and_hears_what_is_said_to_its_id()
    {
        var subscriber = Ask("/sub?id=12");
        Assert.Equal("200 OK", subscriber.Status);
        Assert.Equal("Content-Type: text/html; charset=utf-8\r\n|\r\n", subscriber.Fields);
        Assert.Equal("{type: \"welcome\", id: \"12\", content: \"hello world!\"}\n", subscriber.Body);
        Assert.Equal(("200 OK", "ok\n"), Said("/pub?id=12&content=hi"));
        Assert.EndsWith("{type: \"data\", id: \"12\", content: \"hi\"}\n", subscriber.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/pub?id=13&content=hi", "id: 13 not connected\n")]
    [InlineData("/pub?id=1000&content=hi", "id: 1000 not connected\n")]
    [InlineData("/pub?id=-1&content=hi", "id: -1 not connected\n")]
    [InlineData("/pub?content=hi", "id:  not connected\n")]
    public void Where_nobody_listens_the_publisher_is_told(string target, string answer) =>
        Assert.Equal(("404 Not Found", answer), Said(target));

    [Theory]
    [InlineData("/sub")]
    [InlineData("/sub?id=")]
    [InlineData("/sub?id=1000")]
    [InlineData("/sub?id=-1")]
    [InlineData("/sub?id=x")]
    [InlineData("/other")]
    public void What_is_no_id_is_not_found(string target) => Assert.Equal("404 Not Found", Ask(target).Status);

    [Fact]
    public void A_later_subscriber_takes_the_place_and_the_earlier_one_ends()
    {
        var (earlier, later) = (Ask("/sub?id=1"), Ask("/sub?id=01"));
        Ask("/pub?id=1&content=hi");
        Assert.True(earlier.IsEnded);
        Assert.DoesNotContain("data", earlier.Body, StringComparison.Ordinal);
        Assert.Contains("content: \"hi\"", later.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_cannot_say_something_else()
    {
        var subscriber = Ask("/sub?id=1");
        Ask("/pub?id=1&content=%22%5C%0A%3C/script%3E");
        Assert.EndsWith("content: \"\\\"\\\\\\n\\u003c/script>\"}\n", subscriber.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_iComet_publishes_as_the_inside_of_a_JSON_string_is_not_escaped_twice()
    {
        var subscriber = Ask("/sub?id=1");
        var publication = new Publication("a\\n\\\"b"u8.ToArray()) { Traits = MessageTraits.JsonEscaped };
        await new MemoryBroker(_hub).Publish("1"u8, publication);
        _dispatcher.RunAll();
        Assert.EndsWith("content: \"a\\n\\\"b\"}\n", subscriber.Body, StringComparison.Ordinal);
    }

    private RecordingExchange Ask(string target)
    {
        var exchange = _router.Ask("GET " + target, exchange: new RecordingExchange(_dispatcher));
        _dispatcher.RunAll();
        return exchange;
    }

    private (string Status, string Body) Said(string target)
    {
        var exchange = Ask(target);
        return (exchange.Status, exchange.Body);
    }
}
