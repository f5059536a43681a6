using System.Net;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Access;

public sealed class SiteGuardTests : IDisposable
{
    private const string CrossSite = "Sec-Fetch-Site: cross-site";

    private readonly ICometNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("User-Agent: curl/8.5.0|Accept: */*")]
    [InlineData("Sec-Fetch-Site: same-origin|Origin: http://127.0.0.1:8000")]
    [InlineData("Sec-Fetch-Site: none")]
    [InlineData("Origin: http://127.0.0.1:8000")]
    [InlineData("Referer: http://127.0.0.1:8000/page?x")]
    public void A_back_end_and_a_page_of_this_server_may_publish(string fields) =>
        Assert.Equal("200 OK", Ask("GET /push?cname=a&content=x", fields).Status);

    [Theory]
    [InlineData(CrossSite)]
    [InlineData("Sec-Fetch-Site: same-site")]
    [InlineData("Sec-Fetch-Site: what")]
    [InlineData("Sec-Fetch-Site:")]
    [InlineData("Origin: http://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Origin:")]
    [InlineData("Origin: http://127.0.0.1:9000")]
    [InlineData("Origin: http://127.0.0.1.evil.example:8000")]
    [InlineData("Referer: http://evil.example/?http://127.0.0.1:8000/")]
    [InlineData("Referer: http://127.0.0.1:8000@evil.example/")]
    [InlineData(CrossSite + "|Referer: http://127.0.0.1:8000/")]
    public void The_page_of_another_site_may_not(string fields)
    {
        foreach (var request in (string[])[
            "GET /push?cname=a&content=x", "POST /pub?cname=a&content=x", "GET /broadcast?content=x",
            "GET /close?cname=a", "GET /clear?cname=a", "GET /sign?cname=a&cb=f", "GET /psub", "POST /info",
            "GET /nosuch",
        ])
        {
            var answer = Ask(request, fields);
            Assert.Equal("403 Forbidden", answer.Status);
            Assert.StartsWith("A page of another site asks this", answer.Body, StringComparison.Ordinal);
            Assert.True(answer.Head!.Closes);
        }

        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("GET /info")]
    [InlineData("HEAD /info")]
    [InlineData("GET /check?cname=a")]
    public void What_changes_nothing_another_page_may_link_to(string request) =>
        Assert.Equal("200 OK", Ask(request, CrossSite).Status);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3:8000")]
    [InlineData("[::1]:8000")]
    [InlineData("localhost:8000")]
    [InlineData("LOCALHOST.")]
    [InlineData("a.localhost")]
    [InlineData("halley:8000")]
    public void A_server_answers_to_addresses_to_localhost_and_to_names_that_nobody_can_register(string host) =>
        Assert.Equal("200 OK", Ask("GET /push?cname=a&content=x", host: host).Status);

    [Theory]
    [InlineData("evil.example:8000")]
    [InlineData("evil.example.")]
    [InlineData("localhost.evil.example")]
    [InlineData("evillocalhost.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("127.1")]
    [InlineData("0127.0.0.1")]
    public void A_name_that_was_made_to_point_here_is_refused_for_reading_too(string host)
    {
        foreach (var request in (string[])[
            "GET /push?cname=a&content=x", "GET /sign?cname=a", "GET /info", "GET /check?cname=a", "GET /psub",
        ])
        {
            var answer = Ask(request, "Sec-Fetch-Site: same-origin", host);
            Assert.Equal("403 Forbidden", answer.Status);
            Assert.StartsWith(
                "The host that is asked for is none of this server's", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_host_of_an_absolute_target_counts()
    {
        Assert.Equal("403 Forbidden", Ask("GET http://evil.example/push?cname=a&content=x").Status);
        Assert.Equal("200 OK", Ask("GET http://127.0.0.1/push?cname=a&content=x", host: "evil.example").Status);
    }

    [Theory]
    [InlineData("https://ops.example.com", "Origin: https://ops.example.com|" + CrossSite, "200 OK")]
    [InlineData("https://ops.example.com", "Origin: HTTPS://OPS.example.com:443", "200 OK")]
    [InlineData("https://ops.example.com/", "Referer: https://ops.example.com/page|" + CrossSite, "200 OK")]
    [InlineData("https://ops.example.com", "Origin: http://ops.example.com|" + CrossSite, "403 Forbidden")]
    [InlineData("https://ops.example.com", "Origin: https://ops.example.com:8443", "403 Forbidden")]
    [InlineData("https://ops.example.com", "Origin: https://x.ops.example.com", "403 Forbidden")]
    [InlineData(
        "https://ops.example.com", "Origin: null|Referer: https://ops.example.com/|" + CrossSite, "403 Forbidden")]
    [InlineData("https://ops.example.com", CrossSite, "403 Forbidden")]
    [InlineData("ops.example.com", "Origin: https://ops.example.com|" + CrossSite, "403 Forbidden")]
    [InlineData("*", "Origin: null|" + CrossSite, "200 OK")]
    public void A_page_whose_origin_is_listed_may_publish(string allowed, string fields, string status) =>
        Assert.Equal(status, Ask("GET /push?cname=a&content=x", fields, allowed: allowed).Status);

    [Theory]
    [InlineData("http://halley.example.com:8000", "halley.example.com", "200 OK")]
    [InlineData("halley.example.com", "Halley.Example.com.:1", "200 OK")]
    [InlineData("halley.example.com", "x.halley.example.com", "403 Forbidden")]
    [InlineData("*", "evil.example", "200 OK")]
    public void A_name_that_is_listed_is_one_of_this_servers(string allowed, string host, string status) =>
        Assert.Equal(status, Ask("GET /push?cname=a&content=x", host: host, allowed: allowed).Status);

    [Fact]
    public void Who_names_no_host_is_no_browser()
    {
        Assert.Null(RequestParser.Parse("GET /push?cname=a&content=x HTTP/1.0\r\n\r\n"u8, out var head));
        Assert.Equal(
            "200 OK",
            Handle(Guard(), new HttpRequest(head, head.Path, default), new RecordingExchange(_node.Dispatcher)).Status);
    }

    [Fact]
    public void Signing_stays_open_to_pages_where_subscribers_need_no_token()
    {
        var open = new SiteGuard(_node.Admin, new SiteRules([]), [], ["/sign"]);
        Assert.StartsWith(
            "f(", Ask("GET /sign?cname=a&cb=f", CrossSite, "push.example.com", open).Body, StringComparison.Ordinal);
        Assert.Equal("403 Forbidden", Ask("POST /sign?cname=a&cb=f", CrossSite, guard: open).Status);
    }

    [Theory]
    [InlineData("X-API-Key: 0123456789abcdef", "200 OK")]
    [InlineData("X-API-Key: 0123456789abcdeg", "403 Forbidden")]
    public void Who_shows_a_key_is_no_page_of_another_site(string field, string status)
    {
        var guard = new SiteGuard(_node.Admin, new SiteRules([]), [], [], new ApiKeys(["0123456789abcdef"]));
        Assert.Equal(status, Ask("GET /push?cname=a&content=x", field, "push.example.com", guard).Status);
    }

    [Fact]
    public void The_body_of_what_is_refused_is_not_waited_for()
    {
        var bytes =
            $"POST /push HTTP/1.1\r\nHost: 127.0.0.1\r\n{CrossSite}\r\nContent-Length: 100000000\r\n\r\n".Latin1();
        Assert.Null(RequestParser.Parse(bytes, out var head));
        Assert.False(Guard().Admits(head, new RecordingExchange(_node.Dispatcher)));
    }

    [Fact]
    public void The_host_that_a_proxy_was_asked_for_counts_where_the_proxy_is_trusted()
    {
        const string Fields = "Origin: https://push.example.com|X-Forwarded-Host: push.example.com";
        Assert.Equal("403 Forbidden", Ask("POST /push?cname=a&content=x", Fields).Status);
        Assert.Equal(
            "200 OK", Ask("POST /push?cname=a&content=x", Fields, trusted: TrustedProxies.Of(["127.0.0.1"])).Status);
        Assert.Equal(
            "403 Forbidden",
            Ask("POST /push?cname=a&content=x", Fields, trusted: TrustedProxies.Of(["10.0.0.1"])).Status);
    }

    [Theory]
    [InlineData("https://a.example", true)]
    [InlineData("http://a.example:8080/", true)]
    [InlineData("http://[::1]:8000", true)]
    [InlineData("a.example", true)]
    [InlineData("*", true)]
    [InlineData("", false)]
    [InlineData("null", false)]
    [InlineData("https://a.example/path", false)]
    [InlineData("https://", false)]
    [InlineData("://a.example", false)]
    [InlineData("gopher://a.example", false)]
    [InlineData("a b", false)]
    [InlineData("*.example", false)]
    public void An_entry_is_an_origin_or_a_name(string text, bool isOne) =>
        Assert.Equal(isOne, SiteRules.IsEntry(text));

    private SiteGuard Guard(params string[] allowed) =>
        new(_node.Admin, new SiteRules(allowed), ["/info", "/check"], []);

    private RecordingExchange Ask(
        string request,
        string fields = "",
        string host = "127.0.0.1:8000",
        SiteGuard? guard = null,
        string? allowed = null,
        TrustedProxies? trusted = null)
    {
        var lines = fields.Length == 0 ? "" : fields.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n";
        Assert.Null(RequestParser.Parse($"{request} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".Latin1(), out var head));
        var exchange = new RecordingExchange(_node.Dispatcher)
        {
            RemoteAddress = IPAddress.Loopback,
            TrustedProxies = trusted ?? TrustedProxies.None,
        };
        return Handle(
            guard ?? Guard(allowed is null ? [] : [allowed]), new HttpRequest(head, head.Path, default), exchange);
    }

    private RecordingExchange Handle(SiteGuard guard, in HttpRequest request, RecordingExchange exchange)
    {
        guard.Handle(request, exchange);
        _node.Dispatcher.RunAll();
        return exchange;
    }
}
