using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Router.Tests;

/// <summary>How a router answers publishers; its servers are doubles that answer as a test says.</summary>
public class ChannelRouterTests
{
    private static readonly RoutedServer A = new("a", "http://a:8000", "http://a.example.com");
    private static readonly RoutedServer B = new("b", "http://b:8000", "http://b.example.com");

    private readonly ManualTime _time = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly FakeServers _servers = new();
    private readonly RoutingTable _table;
    private readonly ChannelRouter _router;

    public ChannelRouterTests()
    {
        var options = new RouterOptions { DownAfter = 1 };
        _table = new RoutingTable([A, B], options, _time);
        _router = new ChannelRouter(_table, _servers, options);
        foreach (var server in _table.Servers)
        {
            _table.BeginFollowing(server);
            _table.Answered(server, 0);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_push_goes_to_where_the_channel_is_as_it_came()
    {
        _table.Here(B, "x"u8);
        _servers.Answer = _ => FakeServers.Ok("{\"type\":\"ok\"}\n");
        var answer = Ask("GET /push?cname=x&content=a%20b+c");
        Assert.Equal("{\"type\":\"ok\"}\n", answer.Body);
        Assert.Equal(["GET http://b:8000/push?cname=x&content=a%20b+c"], _servers.Asked);
    }

    [Fact]
    public void A_posted_body_goes_with_its_type()
    {
        _table.Here(A, "x"u8);
        Ask("POST /push", "cname=x&content=é");
        Assert.Equal(["POST http://a:8000/push cname=x&content=é application/x-www-form-urlencoded"], _servers.Asked);
    }

    [Fact]
    public void A_channel_in_several_places_is_pushed_to_in_all()
    {
        _table.Here(A, "x"u8);
        _table.Here(B, "x"u8);
        _servers.Answer = _ => FakeServers.Ok("{\"type\":\"ok\"}\n");
        Assert.Equal("{\"type\":\"ok\"}\n", Ask("GET /push?cname=x&content=hi").Body);
        Assert.Equal(2, _servers.Asked.Count);
    }

    [Fact]
    public void Where_one_of_them_fails_the_publisher_is_told_which_and_what_was_done()
    {
        _table.Here(A, "x"u8);
        _table.Here(B, "x"u8);
        _servers.Answer = url => url.StartsWith(A.Admin, StringComparison.Ordinal)
            ? FakeServers.Ok("ok")
            : BackendAnswer.Without(BackendOutcome.TimedOut);
        var answer = Ask("GET /push?cname=x&content=hi");
        Assert.Equal("502 Bad Gateway", answer.Status);
        Assert.Equal(
            "b has not answered in time, and whether it carried this out is not known; done by a\n", answer.Body);
    }

    [Theory]
    [InlineData(BackendOutcome.TimedOut, "504 Gateway Timeout")]
    [InlineData(BackendOutcome.Failed, "502 Bad Gateway")]
    [InlineData(BackendOutcome.TooBusy, "503 Service Unavailable")]
    public void A_failure_is_never_silent(BackendOutcome outcome, string status)
    {
        _table.Here(A, "x"u8);
        _servers.Answer = _ => BackendAnswer.Without(outcome);
        var answer = Ask("GET /push?cname=x&content=hi");
        Assert.Equal(status, answer.Status);
        Assert.StartsWith("a ", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_server_refuses_is_handed_on()
    {
        _table.Here(A, "x"u8);
        _servers.Answer = _ => new BackendAnswer(
            BackendOutcome.Answered, 429, "Too Many Channels", [("Content-Type", "text/plain")], [.. "full"u8]);
        var answer = Ask("GET /push?cname=x&content=hi");
        Assert.Equal("429 Too Many Channels", answer.Status);
        Assert.Equal("full", answer.Body);
    }

    [Fact]
    public void A_silent_servers_channel_is_nobody_elses()
    {
        _table.Here(A, "x"u8);
        _table.NotAnswered(A);
        var answer = Ask("GET /push?cname=x&content=hi");
        Assert.Equal("502 Bad Gateway", answer.Status);
        Assert.Contains("nothing was done", answer.Body, StringComparison.Ordinal);
        Assert.Empty(_servers.Asked);
    }

    [Fact]
    public void A_new_channel_is_signed_where_its_hash_says_and_pushed_to_there()
    {
        var choice = _table.Choice("new"u8)!;
        _servers.Answer = _ => FakeServers.Ok("{\"type\":\"sign\",\"cname\":\"new\",\"seq\":1,\"token\":\"t\"}\n");
        var answer = Ask("GET /sign?cname=new");
        var signed = $$"""{"type":"sign","cname":"new","seq":1,"token":"t","sub_url":"{{choice.Front}}"}""";
        Assert.Equal(signed + "\n", answer.Body);
        Assert.Equal([choice], _table.Places("new"u8));
    }

    [Fact]
    public void Where_a_server_says_its_address_itself_it_stays()
    {
        _servers.Answer = _ => FakeServers.Ok("f({\"type\":\"sign\",\"sub_url\":\"http://other\"});\n");
        Assert.Equal("f({\"type\":\"sign\",\"sub_url\":\"http://other\"});\n", Ask("GET /sign?cname=new&cb=f").Body);
    }

    [Fact]
    public void Where_it_is_unsure_it_asks_before_it_chooses()
    {
        var (choice, other) = _table.Choice("x y"u8) == A ? (A, B) : (B, A);
        _table.EndFollowing(other);
        _servers.Answer = url =>
            FakeServers.Ok(!url.Contains("/check", StringComparison.Ordinal) ? "{\"type\":\"ok\"}\n"
            : url.StartsWith(other.Admin, StringComparison.Ordinal) ? "{\"x y\": 1}\n" : "{}\n");
        Assert.Equal("{\"type\":\"ok\"}\n", Ask("GET /push?cname=x+y&content=hi").Body);
        Assert.Equal(
            [
                $"GET {choice.Admin}/check?cname=x%20y",
                $"GET {other.Admin}/check?cname=x%20y",
                $"GET {other.Admin}/push?cname=x+y&content=hi",
            ],
            _servers.Asked.Take(2).Order().Concat(_servers.Asked.Skip(2))
                .OrderBy(line => line.Contains("push", StringComparison.Ordinal))
                .ThenBy(line => !line.Contains(choice.Admin, StringComparison.Ordinal)));
    }

    [Fact]
    public void Counts_are_added_up()
    {
        _servers.Answer = _ => FakeServers.Ok("{\"version\": \"0.2.5\", \"channels\": 3, \"subscribers\": 4}\n");
        Assert.Equal("{\"version\": \"0.2.5\", \"channels\": 6, \"subscribers\": 8}\n", Ask("GET /info").Body);
        _table.Refused(B);
        Assert.Equal(
            "{\"version\": \"0.2.5\", \"channels\": 3, \"subscribers\": 4, \"missing\": [\"b\"]}\n",
            Ask("GET /info").Body);
        _table.Answered(B, 0);
        _table.Here(A, "x"u8);
        _table.Here(B, "x"u8);
        Assert.Equal("{\"cname\": \"x\", \"subscribers\": 8}\n", Ask("GET /info?cname=x").Body);
    }

    [Fact]
    public void A_broadcast_goes_to_all_that_may_have_subscribers_or_to_none()
    {
        _servers.Answer = _ => FakeServers.Ok("ok\n");
        Assert.Equal("ok\n", Ask("GET /broadcast?content=hi").Body);
        Assert.Equal(2, _servers.Asked.Count);
        _table.Refused(A);
        Assert.Equal("ok\n", Ask("GET /broadcast?content=hi").Body);
        _table.NotAnswered(B);
        Assert.Equal("503 Service Unavailable", Ask("GET /broadcast?content=hi").Status);
        _table.Answered(A, 0);
        var answer = Ask("GET /broadcast?content=hi");
        Assert.Equal("502 Bad Gateway", answer.Status);
        Assert.StartsWith("b does not answer", answer.Body, StringComparison.Ordinal);
        Assert.Equal(3, _servers.Asked.Count);
    }

    [Fact]
    public void A_route_says_where_a_channel_is_and_where_it_would_be()
    {
        _table.Here(B, "x"u8);
        var choice = _table.Choice("x"u8)!.Name;
        var places = $$"""{"cname":"x","nodes":["b"],"choice":"{{choice}}",""";
        Assert.Equal(
            places + "\"sub_url\":\"http://b.example.com\",\"unsure\":false}\n", Ask("GET /route?cname=x").Body);
        Assert.Equal("400 Bad Request", Ask("GET /route").Status);
        Assert.Contains(
            "\"routes\":[{\"cname\":\"x\",\"nodes\":[\"b\"]}],\"more\":false",
            Ask("GET /routes").Body,
            StringComparison.Ordinal);
        Assert.Contains("\"routes\":[],\"more\":true", Ask("GET /routes?limit=0").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_may_not_come_is_refused()
    {
        var router = new ChannelRouter(_table, _servers, new RouterOptions { Rules = new AddressRules(["10."], []) });
        Assert.Equal("403 Forbidden", Ask("GET /push?cname=x&content=hi", router: router).Status);
        Assert.Equal("404 Not Found", Ask("GET /poll?cname=x").Status);
        Assert.Equal("400 Bad Request", Ask("DELETE /push?cname=x").Status);
        Assert.Empty(_servers.Asked);
    }

    [Fact]
    public void Right_after_its_start_it_chooses_nothing()
    {
        var table = new RoutingTable([A, B], new RouterOptions(), _time);
        table.Answered(A, 0);
        var answer = Ask(
            "GET /push?cname=x&content=hi", router: new ChannelRouter(table, _servers, new RouterOptions()));
        Assert.Equal("503 Service Unavailable", answer.Status);
        Assert.Contains("b may have this channel", answer.Body, StringComparison.Ordinal);
    }

    private RecordingExchange Ask(string request, string body = "", ChannelRouter? router = null)
    {
        var exchange = new RecordingExchange(_dispatcher);
        var type = body.Length > 0 ? "Content-Type: application/x-www-form-urlencoded\r\n" : "";
        Assert.Null(RequestParser.Parse(
            Encoding.Latin1.GetBytes($"{request} HTTP/1.1\r\nHost: halley\r\n{type}\r\n"), out var head));
        var path = UrlEncoding.Decode(head.Path, plusIsSpace: false);
        (router ?? _router).Handle(new HttpRequest(head, path, Encoding.UTF8.GetBytes(body)), exchange);
        _dispatcher.RunAll();
        return exchange;
    }

    private sealed class FakeServers : IBackend
    {
        public List<string> Asked { get; } = [];

        public Func<string, BackendAnswer> Answer { get; set; } = _ => Ok("");

        public static BackendAnswer Ok(string body) =>
            new(BackendOutcome.Answered, 200, "OK", [], Encoding.UTF8.GetBytes(body));

        public Action Ask(BackendRequest request, IDispatcher dispatcher, Action<BackendAnswer> whenAnswered)
        {
            var more = request.Body is null
                ? ""
                : $" {Encoding.UTF8.GetString(request.Body)} "
                    + $"{string.Join(' ', request.Fields.Select(field => field.Value))}";
            Asked.Add($"{request.Method} {request.Url}{more}");
            var answer = Answer(request.Url);
            dispatcher.Post(new Telling(() => whenAnswered(answer)));
            return () => { };
        }

        private sealed class Telling(Action tell) : IWork
        {
            public bool Run(ref int budget)
            {
                budget--;
                tell();
                return true;
            }
        }
    }
}
