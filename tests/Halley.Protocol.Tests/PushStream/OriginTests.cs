using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

/// <summary>Pages of other sites: what they may not, and what browsers are told of that.</summary>
public sealed class OriginTests
{
    private const string Handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: /mQoZf6pRiv8+6o72GncLQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\n";

    [Theory]
    [InlineData("", "Origin: http://evil.test")]
    [InlineData("", "Origin: null")]
    [InlineData("", "Sec-Fetch-Site: cross-site")]
    [InlineData("http://a.test", "Origin: http://evil.test")]
    [InlineData("http://a.test", "Origin: http://a.test.evil")]
    [InlineData("a.test", "Origin: http://evil.test")]
    [InlineData("$arg_none", "Origin: http://evil.test")]
    public void The_page_of_another_site_can_neither_publish_nor_delete_nor_open_a_WebSocket(
        string allowed, string origin)
    {
        using var node = Node(allowed);
        foreach (var request in (string[])["POST /pub?id=a", "PUT /pub?id=a", "DELETE /pub?id=a"])
        {
            var answer = node.Ask(request, "forged", origin);
            Assert.Equal("403 Forbidden", answer.Status);
            Assert.Contains(
                "X-Nginx-PushStream-Explain: A page of another site asks this",
                answer.Fields,
                StringComparison.Ordinal);
        }

        Assert.Equal("403 Forbidden", node.Ask("/sub/a", fields: Handshake + origin).Status);
        Assert.Equal("404 Not Found", node.Ask("/pub?id=a", fields: origin).Status);
    }

    [Theory]
    [InlineData("", "Origin: http://halley:80")]
    [InlineData("", "Origin: https://halley")]
    [InlineData("", "User-Agent: curl/8")]
    [InlineData("*", "Origin: http://a.test")]
    [InlineData("http://a.test", "Origin: http://a.test")]
    [InlineData("http://b.test, http://a.test", "Origin: http://a.test")]
    [InlineData("a.test", "Origin: http://a.test")]
    [InlineData("$http_origin", "Origin: http://a.test")]
    public void A_page_that_may_come_and_a_back_end_can(string allowed, string fields)
    {
        using var node = Node(allowed);
        Assert.Equal("200 OK", node.Ask("POST /pub?id=a", "x", fields).Status);
        Assert.Equal("101 Switching Protocols", node.Ask("/sub/a", fields: Handshake + fields).Status);
    }

    [Fact]
    public void A_browser_that_asks_first_may_send_what_is_read()
    {
        using var node = Node("*");
        var answer = node.Ask(
            "OPTIONS /pub?id=a", fields: "Origin: http://a.test\r\nAccess-Control-Request-Method: POST");
        var allowed = answer.Fields.Split("\r\n")
            .Single(line => line.StartsWith("Access-Control-Allow-Headers: ", StringComparison.Ordinal))[30..].Split(
                ',');
        Assert.Equal("200 OK", answer.Status);
        foreach (var field in (string[])[
            "If-None-Match", "If-Modified-Since", "Last-Event-Id", "Event-Id", "Event-Type", "Authorization",
            "Content-Type", "X-Requested-With",
        ])
        {
            Assert.Contains(field, allowed);
        }
    }

    [Theory]
    [InlineData("$http_origin", true)]
    [InlineData("$arg_o", false)]
    [InlineData("http://a.test", false)]
    public void Who_keeps_answers_is_told_where_they_depend_on_the_origin(string allowed, bool varies)
    {
        using var node = Node(allowed);
        Assert.Equal(
            varies, node.Ask("POST /pub?id=a&o=http://a.test", "x", "Origin: http://a.test\r\nSec-Fetch-Site: none")
                .Fields.Contains("Vary: Origin\r\n", StringComparison.Ordinal));
    }

    private static PushStreamNode Node(string allowed) => new(
        new EndpointOptions { Kind = PushStreamKind.WebSocket, AllowedOrigins = allowed },
        publisher: new EndpointOptions { Kind = PushStreamKind.AdminPublisher, AllowedOrigins = allowed });
}
