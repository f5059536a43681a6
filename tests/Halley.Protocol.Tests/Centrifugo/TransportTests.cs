using System.Text.RegularExpressions;
using Halley.Protocol.Transports;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>The same sessions over answers that are held, with commands in requests of their own, or none.</summary>
public sealed partial class TransportTests : IDisposable
{
    private const string Connect = """{"id":1,"connect":{}}""";

    private readonly CentrifugoServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Lines_answer_the_commands_that_came_with_the_request_and_those_that_come_later()
    {
        var stream = _server.Ask("POST /connection/http_stream", Connect);
        Assert.Equal("200 OK", stream.Status);
        Assert.Contains("\"node\":", stream.Body, StringComparison.Ordinal);
        Assert.Equal("204 No Content", Emulate(stream, """{"id":2,"subscribe":{"channel":"news"}}""").Status);
        _server.Publish("news", "1");
        Assert.EndsWith(
            """
            {"id":2,"subscribe":{}}
            {"push":{"channel":"news","pub":{"data":1,"offset":1}}}

            """,
            stream.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Events_have_replies_and_pushes_as_their_data()
    {
        var events = _server.Ask("GET /connection/sse?cf_connect=" + Uri.EscapeDataString(Connect));
        Assert.Contains("Content-Type: text/event-stream", events.Fields, StringComparison.Ordinal);
        Assert.Equal(TransportKind.EventSource, events.HeldKind);
        Assert.StartsWith("\r\ndata: {\"id\":1,\"connect\":", events.Body, StringComparison.Ordinal);
        Emulate(
            events, """{"id":2,"subscribe":{"channel":"a"}}""" + "\n" + """{"id":3,"subscribe":{"channel":"b"}}""");
        _server.Publish("a", "\"x\ny\"");
        Assert.EndsWith(
            "data: {\"id\":2,\"subscribe\":{}}\ndata: {\"id\":3,\"subscribe\":{}}\n\n"
                + "data: {\"push\":{\"channel\":\"a\",\"pub\":{\"data\":\"\\\"x\\ny\\\"\",\"offset\":1}}}\n\n",
            events.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_ends_says_why_as_its_last_push()
    {
        var stream = _server.Ask("POST /connection/http_stream", Connect);
        Emulate(stream, "nonsense");
        Assert.EndsWith(
            """
            {"push":{"disconnect":{"code":3501,"reason":"bad request"}}}

            """,
            stream.Body,
            StringComparison.Ordinal);
        Assert.True(stream.IsEnded);
        Assert.Equal("404 Not Found", Emulate(stream, "{}").Status);
    }

    [Theory]
    [InlineData("""{"session":"wrong","node":"here","data":"{}"}""", "404 Not Found")]
    [InlineData("""{"session":"wrong","node":"here","data":{}}""", "400 Bad Request")]
    [InlineData("nonsense", "400 Bad Request")]
    public void Commands_for_no_session_are_refused(string body, string status) =>
        Assert.Equal(status, _server.Ask("POST /emulation", body).Status);

    [Theory]
    [InlineData("GET /connection/http_stream", "405 Method Not Allowed")]
    [InlineData("GET /emulation", "405 Method Not Allowed")]
    [InlineData("PUT /connection/uni_sse", "405 Method Not Allowed")]
    [InlineData("GET /connection/websocket", "426 Upgrade Required")]
    [InlineData("GET /connection/other", "404 Not Found")]
    [InlineData("OPTIONS /connection/http_stream", "204 No Content")]
    [InlineData("GET /connection/uni_sse?cf_connect=x", "400 Bad Request")]
    public void What_no_client_asks_is_refused(string request, string status) =>
        Assert.Equal(status, _server.Ask(request).Status);

    [Fact]
    public void A_first_message_that_is_too_long_is_refused() => Assert.Equal(
        "413 Content Too Large", _server.Ask("POST /connection/http_stream", new string('x', 70_000)).Status);

    [Fact]
    public void Who_says_nothing_more_is_told_what_it_asked_for_at_first()
    {
        var lines = _server.Ask("POST /connection/uni_http_stream", """{"subs":{"news":{}}}""");
        _server.Publish("news", "1");
        Assert.Matches(
            """
            ^\{"connect":\{"client":".{22}","version":"test","subs":\{"news":\{\}\},"ping":25\}\}
            \{"channel":"news","pub":\{"data":1,"offset":1\}\}

            """.Trim('\n'),
            lines.Body);
    }

    [Fact]
    public void A_browser_comes_back_with_its_places_in_all_channels()
    {
        var first = _server.Ask("GET /connection/uni_sse?cf_connect=" + Uri.EscapeDataString(
            """{"subs":{"a":{},"b,=:":{}}}"""));
        _server.Publish("a", "1");
        var id = Id().Matches(first.Body)[^1].Groups["id"].Value.Trim();
        _server.Publish("a", "2");
        _server.Publish("b,=:", "3");

        var second = _server.Ask("GET /connection/uni_sse", fields: $"Last-Event-ID: {id}\r\n");
        Assert.Contains("\"publications\":[{\"data\":2,\"offset\":2}]", second.Body, StringComparison.Ordinal);
        Assert.Contains("\"publications\":[{\"data\":3,\"offset\":1}]", second.Body, StringComparison.Ordinal);
        Assert.Equal(2, second.Body.Split("\"recovered\":true").Length - 1);
    }

    [Fact]
    public void In_one_channel_the_ids_are_those_of_its_messages()
    {
        var events = _server.Ask("GET /connection/uni_sse?cf_connect=" + Uri.EscapeDataString(
            """{"subs":{"a":{}}}"""));
        _server.Publish("a", "1");
        var epoch = _server.Hub.Find("a"u8)!.Epoch;
        Assert.EndsWith(
            "id: a=" + epoch + ":1\ndata: {\"channel\":\"a\",\"pub\":{\"data\":1,\"offset\":1}}\n\n",
            events.Body,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=1:2,,=,b,c=x:1,d=1:-1,e=1:99999999999999999999")]
    [InlineData(",")]
    public void Ids_that_mean_nothing_are_passed_over(string id) => Assert.True(
        _server.Ask("GET /connection/uni_sse", fields: $"Last-Event-ID: {id}\r\n").IsHeld);

    private RecordingExchange Emulate(RecordingExchange session, string frame)
    {
        var id = SessionId().Match(session.Body).Groups["id"].Value;
        var data = System.Text.Json.JsonEncodedText.Encode(frame);
        return _server.Ask("POST /emulation", "{\"session\":\"" + id + "\",\"node\":\"n\",\"data\":\"" + data + "\"}");
    }

    [GeneratedRegex("\"session\":\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex SessionId();

    [GeneratedRegex("^id: (?<id>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Id();
}
