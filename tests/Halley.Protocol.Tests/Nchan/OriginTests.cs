using Halley.Protocol.Access;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>Pages of other sites: what they may not, and what browsers are told of that.</summary>
public sealed class OriginTests : IDisposable
{
    private const string Handshake =
        "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    private readonly NchanNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("Origin: http://evil.test")]
    [InlineData("Origin: null")]
    [InlineData("Origin: http://halley.evil.test")]
    [InlineData("Origin: halley")]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Sec-Fetch-Site: same-site|Origin: http://x.halley")]
    public void The_page_of_another_site_can_neither_publish_nor_delete_nor_open_a_WebSocket(string origin)
    {
        _node.Publish("a", "kept");
        foreach (var request in (string[])[
            "POST /pub/a", "PUT /pub/a", "DELETE /pub/a", "POST /ps/a", "POST /group/x?c=1", "DELETE /group/x",
        ])
        {
            Assert.Equal("403 Forbidden", _node.Ask(request, "forged", origin).Status);
        }

        foreach (var path in (string[])["/sub/a", "/ps/a"])
        {
            Assert.Equal("403 Forbidden", _node.Ask(path, fields: $"{Handshake}|{origin}").Status);
        }

        Assert.Contains("queued messages: 1\r\n", _node.Ask("/pub/a").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin: http://halley")]
    [InlineData("Origin: https://HALLEY:8443")]
    [InlineData("Sec-Fetch-Site: same-site|Origin: http://halley:5000")]
    [InlineData("Sec-Fetch-Site: same-origin|Origin: https://push.test")]
    [InlineData("Referer: http://evil.test/")]
    [InlineData("User-Agent: curl/8")]
    public void A_page_of_its_own_and_a_back_end_can(string fields)
    {
        Assert.Equal("202 Accepted", _node.Ask("POST /pub/a", "x", fields).Status);
        Assert.Equal("101 Switching Protocols", _node.Ask("/ps/a", fields: $"{Handshake}|{fields}").Status);
    }

    [Fact]
    public void Any_page_may_subscribe_by_GET_since_its_browser_keeps_the_answer_from_it() =>
        Assert.Equal(
            "200 OK", _node.Ask("/sub/a", fields: "Accept: text/event-stream|Origin: http://evil.test").Status);

    [Fact]
    public void The_host_that_a_trusted_proxy_was_asked_for_is_this_server_too()
    {
        const string Fields = "Origin: https://push.test|X-Forwarded-Host: push.test, inner";
        Assert.Equal("403 Forbidden", _node.Ask("POST /pub/a", "x", Fields).Status);
        _node.TrustedProxies = TrustedProxies.Of(["127.0.0.0/8"]);
        Assert.Equal("202 Accepted", _node.Ask("POST /pub/a", "x", Fields).Status);
        Assert.Equal(
            "403 Forbidden",
            _node.Ask("POST /pub/a", "x", "Origin: https://evil.test|X-Forwarded-Host: push.test").Status);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("http://a.test")]
    public void A_page_that_may_come_may_publish(string allowed)
    {
        using var node = new NchanNode(options => options.AllowOrigin.Add(allowed));
        Assert.Equal("202 Accepted", node.Ask("POST /pub/a", "x", "Origin: http://a.test").Status);
        Assert.Equal("101 Switching Protocols", node.Ask("/ps/a", fields: Handshake + "|Origin: http://a.test").Status);
    }

    [Theory]
    [InlineData("/sub/a", "If-None-Match")]
    [InlineData("/sub/a", "If-Modified-Since")]
    [InlineData("/sub/a", "Last-Event-ID")]
    [InlineData("/ps/a", "Last-Event-ID")]
    [InlineData("/pub/a", "Content-Type")]
    [InlineData("/pub/a", "X-EventSource-Event")]
    public void A_browser_that_asks_first_may_send_what_is_read(string path, string field)
    {
        using var node = new NchanNode(options => options.AllowOrigin.Add("*"));
        foreach (var name in (string[])[field, "Authorization", "X-Requested-With", "Cache-Control"])
        {
            var answer = node.Ask(
                "OPTIONS " + path,
                fields: "Origin: http://a.test|Access-Control-Request-Method: GET|Access-Control-Request-Headers: "
                    + $"{name}");
            Assert.Equal("200 OK", answer.Status);
            var allowed = answer.Fields.Split("\r\n").Single(
                line => line.StartsWith("Access-Control-Allow-Headers: ", StringComparison.Ordinal));
            Assert.Contains(name, allowed[30..].Split(", "));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://a.test")]
    [InlineData("http://b.test")]
    public void Where_nothing_is_said_of_origins_none_is_refused_and_none_is_let_read(string origin)
    {
        _node.Publish("a", "x");
        var answer = _node.Ask("/sub/a", fields: origin.Length == 0 ? "" : "Origin: " + origin);
        Assert.Equal("200 OK", answer.Status);
        Assert.DoesNotContain("Access-Control", answer.Fields, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sub/a", "")]
    [InlineData("/sub/a", "Accept: text/event-stream")]
    [InlineData("POST /pub/a", "")]
    [InlineData("POST /ps/a", "")]
    [InlineData("OPTIONS /sub/a", "")]
    [InlineData("OPTIONS /ps/a", "")]
    [InlineData("/sub/a", "Upgrade: websocket")]
    public void A_list_of_origins_is_strict_and_never_repeats_a_stranger(string request, string fields)
    {
        using var node = new NchanNode(options => options.AllowOrigin.Add("http://a.test"));
        var refused = node.Ask(request, "x", "Origin: http://b.test" + (fields.Length > 0 ? "|" + fields : ""));
        Assert.Equal("403 Forbidden", refused.Status);
        Assert.DoesNotContain("b.test", refused.Fields, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", refused.Fields, StringComparison.Ordinal);
        Assert.Equal(0, node.Hub.ChannelCount);
    }

    [Fact]
    public void An_origin_of_the_list_may_come_with_credentials_and_one_of_all_without()
    {
        using var strict = new NchanNode(options => options.AllowOrigin.Add("http://a.test"));
        var fields = strict.Ask("POST /pub/a", "x", "Origin: http://a.test").Fields;
        Assert.Contains(
            "Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Origin: http://a.test\r\n",
            fields,
            StringComparison.Ordinal);
        using var open = new NchanNode(options => options.AllowOrigin.Add("*"));
        fields = open.Ask("POST /pub/a", "x", "Origin: http://a.test").Fields;
        Assert.EndsWith("|\r\nAccess-Control-Allow-Origin: *\r\n", fields, StringComparison.Ordinal);
    }
}
