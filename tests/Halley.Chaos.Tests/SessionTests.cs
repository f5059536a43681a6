using System.Net;
using System.Text;
using Halley.Chaos.Clients;
using Halley.Chaos.Clients.Sessions;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Tests;

/// <summary>
/// What subscribers and publishers of Centrifugo's protocol say, and what they make of what they are told.
/// </summary>
public sealed class SessionTests
{
    private readonly Ledger _ledger = new();
    private readonly Hearing _hearing;
    private readonly Lane _lane;

    public SessionTests()
    {
        _hearing = _ledger.HearingOf("news");
        _lane = _ledger.Open("news");
    }

    [Fact]
    public void A_subscriber_that_has_a_place_comes_back_with_it()
    {
        var first = Of("websocket");
        Assert.Equal(
            "{\"id\":1,\"connect\":{}}\n"
                + "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recoverable\":true}}",
            Text(first.First));
        Come(first, offset: 4);
        var text = Published();
        Publish(first, text, 5);

        Assert.Equal(
            "{\"id\":1,\"connect\":{}}\n"
                + "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recoverable\":true,\"recover\":true,"
                + "\"epoch\":\"7\",\"offset\":5}}",
            Text(Of("websocket").First));
        Assert.Equal(
            """{"subs":{"news":{"recoverable":true,"recover":true,"epoch":"7","offset":5}}}""",
            Text(Of("uni_http_stream").First));
    }

    [Fact]
    public void What_it_missed_comes_in_the_answer_and_a_ping_is_answered()
    {
        Come(Of("websocket"));
        var again = Of("websocket");
        var (one, two) = (Published(), Published());
        Take(
            again,
            "{\"id\":1,\"connect\":{\"ping\":3,\"pong\":true}}\n"
                + "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"7\",\"recovered\":true,"
                + $"\"publications\":[{{\"data\":{one},\"offset\":1}},{{\"data\":\"{two}\",\"offset\":2}}],"
                + "\"was_recovering\":true,\"offset\":2}}\n{}");

        Assert.Equal("{}", Text(again.TakeAnswer()!));
        Assert.Null(again.TakeAnswer());
        Assert.Equal(("7", 3), _hearing.Place);
        Assert.Equal(new Totals(2, 2, 2, 0, 0, 0, 0, 0), _ledger.Totals);
    }

    [Fact]
    public void Recovered_is_believed_until_a_message_is_skipped()
    {
        Come(Of("websocket"));
        var again = Of("websocket");
        Published();
        Take(again, """{"id":2,"subscribe":{"recoverable":true,"epoch":"7","recovered":true,"offset":1}}""");
        Assert.Equal(0, _ledger.Totals.LostUntold);

        Publish(again, Published(), 2);
        Assert.Equal(1, _ledger.Totals.LostUntold);
    }

    [Theory]
    [InlineData("7", true)]
    [InlineData("8", false)]
    public void Not_recovered_is_told_and_only_in_another_epoch_may_it_hear_again_what_it_knows(
        string epoch, bool isBreach)
    {
        var first = Of("websocket");
        Come(first);
        var text = Published();
        Publish(first, text, 1);
        var again = Of("websocket");
        Published();
        Take(
            again,
            $$$"""{"id":2,"subscribe":{"recoverable":true,"epoch":"{{{epoch}}}","was_recovering":true,"offset":9}}""");
        Assert.Equal((epoch, 10), _hearing.Place);
        Assert.Equal(1, _ledger.Totals.Told);

        Publish(again, text, 10);
        Assert.Equal(isBreach ? 1 : 0, _ledger.Totals.Repeated);
        Assert.Equal(0, _ledger.Totals.LostUntold);
    }

    [Fact]
    public void Recovered_in_another_epoch_it_goes_on_there_and_nothing_may_come_again()
    {
        var first = Of("websocket");
        Come(first);
        var text = Published();
        Publish(first, text, 1);
        var again = Of("websocket");
        Take(again, """{"id":2,"subscribe":{"recoverable":true,"epoch":"8","recovered":true,"offset":1}}""");

        Assert.Equal(("8", 2), _hearing.Place);
        Assert.Equal(0, _ledger.Totals.Told);
        Publish(again, text, 2);
        Assert.Equal(1, _ledger.Totals.Repeated);
    }

    [Theory]
    [InlineData("""{"id":2,"error":{"code":103}}""", "{\"code\":103}", true)]
    [InlineData("""{"id":2,"subscribe":{}}""", "its channel has no places", true)]
    [InlineData("""{"push":{"channel":"news","unsubscribe":{"code":2500}}}""", "{\"code\":2500}", false)]
    [InlineData("""{"push":{"disconnect":{"code":3001}}}""", "{\"code\":3001}", false)]
    public void A_refusal_and_an_end_are_told_apart(string said, string reason, bool isRefusal)
    {
        var session = Of("websocket");
        Take(session, said);

        Assert.Equal((reason, isRefusal), (session.End, session.IsRefused));
    }

    [Fact]
    public void Where_commands_are_posted_the_subscription_follows_with_the_ids_that_were_given()
    {
        var session = Of("sse");
        Assert.Equal("""{"id":1,"connect":{}}""", Text(session.First));
        Take(session, """{"id":1,"connect":{"session":"s","node":"n"}}""");

        Assert.Equal(("s", "n"), session.Id);
        Assert.StartsWith("{\"id\":2,\"subscribe\":", Text(session.TakeAnswer()!), StringComparison.Ordinal);
    }

    [Fact]
    public void One_way_the_first_push_says_where_it_stands_and_nothing_is_answered()
    {
        var session = Of("uni_sse");
        Take(session, """{"connect":{"subs":{"news":{"recoverable":true,"epoch":"7","offset":3}}}}""");
        Take(session, "{}");

        Assert.Equal(("7", 4), _hearing.Place);
        Assert.Null(session.TakeAnswer());
        var refused = Of("uni_sse");
        Take(refused, """{"connect":{}}""");
        Assert.True(refused.IsRefused);
    }

    [Fact]
    public void Protobuf_says_and_is_told_the_same()
    {
        var session = Of("protobuf");
        Assert.Equal("04080122000C08022A080A046E6577735001", Convert.ToHexString(session.First));
        var text = Published();
        Take(
            session,
            Frame(0x08, 1, 0x2A, 2, 0x40, 1),
            Frame([0x08, 2, 0x32, 9, 0x18, 1, 0x32, 1, (byte)'7', 0x48, 4, 0x50, 1]),
            Frame([0x22, 15, 0x12, 4, .. "news"u8, 0x22, 7, 0x22, 3, .. Encoding.ASCII.GetBytes(text), 0x30, 5]),
            [0]);

        Assert.Equal(("7", 6), _hearing.Place);
        Assert.Equal(1, _ledger.Totals.Delivered);
        Assert.True(_ledger.Totals.IsClean);
        Assert.Equal([0], session.TakeAnswer());
        Assert.Equal(
            "04080122001308022A0F0A046E657773180132013738055001",
            Convert.ToHexString(Of("protobuf").First));

        var refused = Of("protobuf");
        Take(refused, Frame(0x08, 2, 0x12, 3, 0x08, 0xE4, 0x00));
        Assert.True(refused.IsRefused);
    }

    [Theory]
    [InlineData("websocket", new byte[] { (byte)'{' })]
    [InlineData("websocket", new byte[] { (byte)'1' })]
    [InlineData("protobuf", new byte[] { 5, 1 })]
    [InlineData("protobuf", new byte[] { 0x80 })]
    [InlineData("protobuf", new byte[] { 2, 0x0B, 1 })]
    public void What_is_nothing_of_the_protocol_is_an_error(string transport, byte[] frame)
    {
        Assert.Throws<InvalidDataException>(() => Of(transport).Take(frame));
    }

    [Theory]
    [InlineData("503", "{}")]
    [InlineData("200", """{"error":{"code":100}}""")]
    public async Task A_message_that_is_not_acknowledged_is_sent_again_with_the_same_key(string status, string answer)
    {
        using var server = new ScriptedApi();
        server.Answer(status, answer);
        server.Answer("200", """{"result":{"offset":1}}""");
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var kind = new PublisherKind("admin", "/api/publish", PublisherForm.Api);
        using var publisher = kind.Open(http, [server.Address], 0);

        Assert.True(await publisher.PublishAsync("news", "0.1"));

        Assert.Equal(2, server.Heard.Count);
        Assert.StartsWith("""{"channel":"news","data":0.1,"idempotency_key":""", server.Heard[0]);
        Assert.Equal(server.Heard[0], server.Heard[1]);
    }

    private SessionHearing Of(string name) => new(
        _hearing,
        (SessionTransport)Transports.OfHalley.Single(transport => transport.Name == "centrifugo " + name));

    // Lets it stand at a place.
    private static void Come(SessionHearing session, long offset = 0) => Take(
        session, $$$"""{"id":2,"subscribe":{"recoverable":true,"epoch":"7","offset":{{{offset}}}}}""");

    // Tells it a message.
    private static void Publish(SessionHearing session, string text, long offset) => Take(
        session,
        "{\"push\":{\"channel\":\"news\",\"pub\":{" + $"\"data\":{text},\"offset\":{offset}" + "}}}");

    private string Published()
    {
        var text = _lane.Next();
        _lane.Acknowledge();
        return text;
    }

    private static byte[] Frame(params byte[] reply) => [(byte)reply.Length, .. reply];

    private static void Take(SessionHearing session, params byte[][] frames) =>
        session.Take(frames.SelectMany(frame => frame).ToArray());

    private static void Take(SessionHearing session, string frame) => session.Take(Encoding.UTF8.GetBytes(frame));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private sealed class ScriptedApi : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Queue<(string Status, string Answer)> _answers = new();

        public ScriptedApi()
        {
            using (var port = new Testing.ReservedPort())
            {
                Address = port.OnLoopback;
            }

            _listener.Prefixes.Add($"http://{Address}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public IPEndPoint Address { get; }

        public List<string> Heard { get; } = [];

        public void Answer(string status, string answer) => _answers.Enqueue((status, answer));

        public void Dispose() => ((IDisposable)_listener).Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    Heard.Add(await reader.ReadToEndAsync());
                    var (status, answer) = _answers.Dequeue();
                    context.Response.StatusCode = int.Parse(status);
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                    context.Response.Close();
                }
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                // Disposed.
            }
        }
    }
}
