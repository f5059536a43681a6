using Halley.Broker;
using Halley.Protocol.Access;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Routing;
using Halley.Protocol.Tests.Nchan;
using Halley.Protocol.Tests.PushStream;
using Halley.Protocol.Tests.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>A publisher of any dialect that was not answered asks again, and its message is published once.</summary>
public sealed class IdempotencyKeyTests
{
    private const string Sentence = "Idempotency-Key must be one value of 1 to 255 printable ASCII characters.";

    [Theory]
    [InlineData("icomet", "/push?cname=a&content=1", "/push?cname=a&content=2")]
    [InlineData("icomet", "/pub?cname=a&content=1", "POST /pub?cname=a&content=2")]
    [InlineData("push-stream", "POST /pub?id=a 1", "POST /pub?id=a 2")]
    [InlineData("push-stream", "PUT /pub?id=b/a 1", "PUT /pub?id=b/a 2")]
    [InlineData("nchan", "POST /pub/a 1", "PUT /pub/a 2")]
    [InlineData("minicomet", "/pub?id=1&content=1", "/pub?id=1&content=2")]
    public void A_repetition_is_answered_alike_and_another_message_under_the_key_is_refused(
        string dialect, string first, string other)
    {
        using var server = new Server(dialect);
        var answer = server.Ask(first, "Idempotency-Key: 8e03978e");
        var again = server.Ask(first, "idempotency-key: \"8e03978e\"");

        Assert.StartsWith("20", answer.Status, StringComparison.Ordinal);
        Assert.Equal((answer.Status, answer.Body), (again.Status, again.Body));
        Assert.Equal(1, server.Published);
        var refused = server.Ask(other, "Idempotency-Key: 8e03978e");
        Assert.Equal("422 Unprocessable Content", refused.Status);
        Assert.Contains("belongs to another message", refused.Fields + refused.Body, StringComparison.Ordinal);
        Assert.Equal(1, server.Published);
        server.Ask(other, "Idempotency-Key: 8e03978f");
        Assert.Equal(2, server.Published);
    }

    [Theory]
    [InlineData("icomet", "/push?cname=a&content=1")]
    [InlineData("push-stream", "POST /pub?id=a 1")]
    [InlineData("nchan", "POST /pub/a 1")]
    [InlineData("minicomet", "/pub?id=1&content=1")]
    public void One_key_more_than_are_remembered_is_refused_for_now(string dialect, string request)
    {
        using var server = new Server(dialect, new HubOptions { MaxIdempotencyKeys = 1 });
        server.Ask(request, "Idempotency-Key: 1");
        var refused = server.Ask(request, "Idempotency-Key: 2");

        Assert.StartsWith("503 ", refused.Status, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", refused.Fields, StringComparison.Ordinal);
        Assert.Contains("values of Idempotency-Key", refused.Fields + refused.Body, StringComparison.Ordinal);
        Assert.Equal(1, server.Published);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("a\tb")]
    [InlineData("\"a\\\"b\"")]
    [InlineData("\"a")]
    [InlineData("\u00e9")]
    [InlineData("a\r\nIdempotency-Key: b")]
    public void A_key_that_is_none_is_refused_with_a_sentence_and_nothing_is_published(string key) =>
        AssertRefused(key);

    [Fact]
    public void A_key_has_no_more_than_255_characters()
    {
        using var server = new Server("icomet");
        Assert.Equal(
            "200 OK", server.Ask("/push?cname=a&content=1", "Idempotency-Key: " + new string('k', 255)).Status);
        AssertRefused(new string('k', 256));
    }

    [Fact]
    public void A_message_to_all_channels_takes_no_key()
    {
        using var server = new Server("icomet");
        var refused = server.Ask("/broadcast?content=1", "Idempotency-Key: 1");
        Assert.Equal("400 Bad Request", refused.Status);
        Assert.Contains("Idempotency-Key is not taken here", refused.Body, StringComparison.Ordinal);
    }

    private static void AssertRefused(string key)
    {
        (string Dialect, string Request)[] publishers =
        [
            ("icomet", "/push?cname=a&content=1"), ("push-stream", "POST /pub?id=a 1"), ("nchan", "POST /pub/a 1"), (
                "minicomet", "/pub?id=1&content=1"),
        ];
        Assert.All(publishers, publisher =>
        {
            using var server = new Server(publisher.Dialect);
            var refused = server.Ask(publisher.Request, "Idempotency-Key: " + key);
            Assert.Equal("400 Bad Request", refused.Status);
            Assert.Contains(Sentence, refused.Fields + refused.Body, StringComparison.Ordinal);
            Assert.Equal(0, server.Published);
        });
    }

    /// <summary>
    /// A server of one dialect. What is published is counted on channel a, or 1 where names are numbers.
    /// </summary>
    private sealed class Server : IDisposable
    {
        private readonly IDisposable _node;
        private readonly Hub _hub;
        private readonly Func<string, string, string, RecordingExchange> _ask;

        public Server(string dialect, HubOptions? limits = null)
        {
            switch (dialect)
            {
                case "icomet":
                    var icomet = new ICometNode(limits);
                    (_node, _hub) = (icomet, icomet.Hub);
                    _ask = (request, body, field) => Ask(icomet.Admin, icomet.Dispatcher, request, body, field);
                    break;
                case "push-stream":
                    var pushStream = new PushStreamNode(limits: limits);
                    (_node, _hub) = (pushStream, pushStream.Hub);
                    _ask = (request, body, field) => pushStream.Ask(request, body, field);
                    break;
                case "nchan":
                    var nchan = new NchanNode(limits: limits);
                    (_node, _hub) = (nchan, nchan.Hub);
                    _ask = (request, body, field) => nchan.Ask(request, body, field);
                    break;
                default:
                    _node = _hub = new Hub(limits ?? new HubOptions(), new ManualTime());
                    var router = new EndpointRouter(
                    [
                        new EndpointRoute(
                            RequestFor.At("/"),
                            AddressRules.Everybody,
                            new MiniCometDialect(new MiniCometOptions(), _hub, new MemoryBroker(_hub))),
                    ]);
                    var dispatcher = new ManualDispatcher();
                    _ask = (request, body, field) => Ask(router, dispatcher, request, body, field);
                    Ask(router, dispatcher, "GET /sub?id=1", "", "Accept: */*");
                    break;
            }
        }

        public long Published => Math.Max(
            (_hub.Find("a"u8)?.Position.Offset ?? 1) - 1, (_hub.Find("1"u8)?.Position.Offset ?? 1) - 1);

        public RecordingExchange Ask(string request, string field)
        {
            request = request.StartsWith('/') ? "GET " + request : request;
            var parts = request.Split(' ', 3);
            return _ask($"{parts[0]} {parts[1]}", parts.ElementAtOrDefault(2) ?? "", field);
        }

        public void Dispose() => _node.Dispose();

        private static RecordingExchange Ask(
            IRequestHandler handler, ManualDispatcher dispatcher, string request, string body, string field)
        {
            var exchange = handler.Ask(request, body, new RecordingExchange(dispatcher), field + "\r\n");
            dispatcher.RunAll();
            return exchange;
        }
    }
}
