using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Access;

/// <summary>Whose pages may make a browser ask where subscribers come.</summary>
public sealed class OriginGuardTests
{
    [Theory]
    [InlineData("localhost:8100", "Origin: https://evil.example", false)]
    [InlineData("127.0.0.1:8100", "Origin: https://evil.example", false)]
    [InlineData("[::1]:8100", "Origin: https://evil.example", false)]
    [InlineData("a.localhost", "Origin: https://evil.example", false)]
    [InlineData("LOCALHOST.", "Origin: https://evil.example", false)]
    [InlineData("127.9.9.9", "Origin: null", false)]
    [InlineData("0.0.0.0:8100", "Origin: https://evil.example", false)]
    [InlineData("[::]:8100", "Origin: https://evil.example", false)]
    [InlineData("[::ffff:7f00:1]:8100", "Origin: https://evil.example", false)]
    [InlineData("[0:0:0:0:0:0:0:1]", "Origin: https://evil.example", false)]
    [InlineData("ip6-localhost", "Origin: https://evil.example", false)]
    [InlineData("127.0.0.1", "Sec-Fetch-Site: cross-site", false)]
    [InlineData("127.0.0.1", "Sec-Fetch-Site: cross-site\r\nReferer: https://evil.example/", false)]
    [InlineData("127.0.0.1", "Sec-Fetch-Site: cross-site\r\nReferer: http://localhost:3000/", true)]
    [InlineData("127.0.0.1", "Referer: https://evil.example/", false)]
    [InlineData("localhost:8100", "Origin: http://localhost:3000", true)]
    [InlineData("127.0.0.1:8100", "Origin: http://localhost:3000\r\nSec-Fetch-Site: cross-site", true)]
    [InlineData("localhost:8100", "Sec-Fetch-Site: same-site", true)]
    [InlineData("localhost:8100", "Sec-Fetch-Site: none", true)]
    [InlineData("localhost:8100", "Accept: */*", true)]
    [InlineData("push.example.com", "Origin: https://www.example.com", true)]
    [InlineData("192.0.2.1", "Origin: https://www.example.com", true)]
    public void Where_nothing_is_listed_only_this_machine_is_kept_from_others(
        string host, string fields, bool isAllowed) =>
        Assert.Equal(isAllowed ? "200 OK" : "403 Forbidden", StatusOf([], host, fields));

    [Theory]
    [InlineData("push.example.com", "Origin: https://www.example.com", true)]
    [InlineData("push.example.com", "Origin: https://push.example.com", true)]
    [InlineData("push.example.com", "Origin: https://evil.example", false)]
    [InlineData("push.example.com", "Origin: https://www.example.com.evil.example", false)]
    [InlineData("push.example.com", "Sec-Fetch-Site: cross-site", false)]
    [InlineData("push.example.com", "Accept: */*", true)]
    [InlineData("localhost", "Origin: https://www.example.com", true)]
    [InlineData("localhost", "Origin: https://evil.example", false)]
    public void Where_origins_are_listed_they_and_this_servers_own_may_come(
        string host, string fields, bool isAllowed) => Assert.Equal(
        isAllowed ? "200 OK" : "403 Forbidden", StatusOf(["https://www.example.com"], host, fields));

    [Fact]
    public void A_star_lets_any_page_come() =>
        Assert.Equal("200 OK", StatusOf(["*"], "localhost", "Origin: https://evil.example"));

    [Fact]
    public void A_preflight_is_the_endpoints_own_where_nothing_is_listed()
    {
        Assert.Equal("200 OK", StatusOf([], "localhost", "Origin: https://evil.example", "OPTIONS"));
        Assert.Equal(
            "403 Forbidden",
            StatusOf(["https://a.example"], "localhost", "Origin: https://evil.example", "OPTIONS"));
    }

    private static string StatusOf(string[] allowed, string host, string fields, string method = "GET")
    {
        var text = Encoding.ASCII.GetBytes($"{method} /sse HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n\r\n");
        Assert.Null(RequestParser.Parse(text, out var head));
        var exchange = new RecordingExchange(new ManualDispatcher());
        var guard = new OriginGuard(new Reached(), allowed);
        var request = new HttpRequest(head, head.Path, default);
        guard.Handle(request, exchange);
        Assert.Equal(exchange.Status == "200 OK", guard.Admits(head, exchange));
        return exchange.Status;
    }

    private sealed class Reached : IRequestHandler
    {
        public void Handle(in HttpRequest request, IExchange exchange) =>
            exchange.Reply(new ResponseHead("200 OK", []), default);
    }
}
