using Halley.Protocol.Http;

namespace Halley.Protocol.Tests;

public class RequestParserTests
{
    [Theory]
    [InlineData("GET /sub?cname=a HTTP/1.1\r\n\r\n", "Get", "/sub", "cname=a")]
    [InlineData("GET /sub?cname=a HTTP/1.1\n\n", "Get", "/sub", "cname=a")]
    [InlineData("POST /push HTTP/1.0\r\nHost: a\r\n\r\n", "Post", "/push", "")]
    [InlineData("HEAD / HTTP/1.1\r\n\r\n", "Head", "/", "")]
    [InlineData("PUT / HTTP/1.1\r\n\r\n", "Put", "/", "")]
    [InlineData("DELETE / HTTP/1.1\r\n\r\n", "Delete", "/", "")]
    [InlineData("OPTIONS * HTTP/1.1\r\n\r\n", "Options", "*", "")]
    [InlineData("PATCH / HTTP/1.1\r\n\r\n", "Other", "/", "")]
    [InlineData("get / HTTP/1.1\r\n\r\n", "Other", "/", "")]
    [InlineData("GET /a?b?c=d#e?f HTTP/1.1\r\n\r\n", "Get", "/a", "b?c=d")]
    [InlineData("GET /a#e?f HTTP/1.1\r\n\r\n", "Get", "/a", "")]
    [InlineData("GET /a? HTTP/1.1\r\n\r\n", "Get", "/a", "")]
    [InlineData("GET //a/ HTTP/1.1\r\n\r\n", "Get", "//a/", "")]
    [InlineData("GET /%70ing HTTP/1.1\r\n\r\n", "Get", "/%70ing", "")]
    [InlineData("GET http://host:80/a?b=c HTTP/1.1\r\n\r\n", "Get", "/a", "b=c")]
    [InlineData("GET http://host HTTP/1.1\r\n\r\n", "Get", "/", "")]
    [InlineData("GET http://host?b=c HTTP/1.1\r\n\r\n", "Get", "/", "b=c")]
    [InlineData("GET HTTPS://[::1]:8/a#b HTTP/1.1\r\n\r\n", "Get", "/a", "")]
    [InlineData("GET /a?x=://b HTTP/1.1\r\n\r\n", "Get", "/a", "x=://b")]
    [InlineData("GET /p?c={\"x\":[1|2^3`<>\\]} HTTP/1.1\r\n\r\n", "Get", "/p", "c={\"x\":[1|2^3`<>\\]}")]
    [InlineData("GET /p?c=\u00FF\u0080 HTTP/1.1\r\n\r\n", "Get", "/p", "c=\u00FF\u0080")]
    [InlineData("GET / HTTP/1.1\r\nX-Empty:\r\nX-Tab:\ta\tb\t\r\nx-latin: \u00FF\r\n\r\n", "Get", "/", "")]
    public void A_good_request_is_read(string text, string method, string path, string query)
    {
        Assert.Null(RequestParser.Parse(text.Latin1(), out var head));
        Assert.Equal(method, head.Method.ToString());
        Assert.Equal(path, head.Path.Latin1());
        Assert.Equal(query, head.Query.Latin1());
    }

    [Theory]
    [InlineData("GET /\r\n\r\n")] // HTTP/0.9
    [InlineData("GET\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData(" GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET  HTTP/1.1\r\n\r\n")]
    [InlineData("GET / FTP/1.1\r\n\r\n")]
    [InlineData("GET / http/1.1\r\n\r\n")]
    [InlineData("G@T / HTTP/1.1\r\n\r\n")]
    [InlineData("GET\t/\tHTTP/1.1\r\n\r\n")]
    [InlineData("G\rT / HTTP/1.1\r\n\r\n")]
    public void What_is_no_request_line_is_refused(string text) => AssertRefused(RequestError.RequestLine, text);

    [Theory]
    [InlineData("GET / HTTP/2.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.2\r\n\r\n")]
    [InlineData("GET / HTTP/1.1x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\r\n\r\n")]
    [InlineData("GET / HTTP/\r\n\r\n")]
    public void Another_version_is_refused(string text) => AssertRefused(RequestError.Version, text);

    [Theory]
    [InlineData("GET /a b HTTP/1.1\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a\tb HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a\0b HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a\rb HTTP/1.1\r\n\r\n")]
    [InlineData("GET /\u007F HTTP/1.1\r\n\r\n")]
    [InlineData("GET a HTTP/1.1\r\n\r\n")]
    [InlineData("GET ://a/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET foo?x=://a/ping HTTP/1.1\r\n\r\n")]
    [InlineData("GET ftp://a/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http:/a HTTP/1.1\r\n\r\n")]
    [InlineData("GET http:///ping HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://?a HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://:80/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://user@a/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://a:99999/ HTTP/1.1\r\n\r\n")]
    [InlineData("GET * HTTP/1.1\r\n\r\n")]
    [InlineData("OPTIONS *a HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT host:443 HTTP/1.1\r\n\r\n")]
    public void A_target_that_is_no_address_is_refused(string text) => AssertRefused(RequestError.Target, text);

    [Theory]
    [InlineData("NoColon")]
    [InlineData(": value")]
    [InlineData("Name : value")]
    [InlineData(" Folded: value")]
    [InlineData("Na me: value")]
    [InlineData("Name: a\rb")]
    [InlineData("Name: a\0b")]
    [InlineData("Name: \u001F")]
    [InlineData("Name: \u007F")]
    [InlineData("N\u00E4me: value")]
    public void A_malformed_field_is_refused(string field) =>
        AssertRefused(RequestError.Field, $"GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("  00012\t", 12)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void The_length_of_a_body_is_read(string value, long length)
    {
        Assert.Null(RequestParser.Parse($"POST / HTTP/1.1\r\ncontent-LENGTH: {value}\r\n\r\n".Latin1(), out var head));
        Assert.Equal(length, head.ContentLength);
        Assert.False(head.IsChunked);
    }

    [Theory]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: +1")]
    [InlineData("Content-Length: 1 1")]
    [InlineData("Content-Length: 1,1")]
    [InlineData("Content-Length: 0x10")]
    [InlineData("Content-Length: 1.0")]
    [InlineData("Content-Length: 9223372036854775808")]
    [InlineData("Content-Length: 99999999999999999999999999")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2")]
    [InlineData("Content-Length: 1\r\nTransfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 1")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0")]
    public void A_length_that_two_servers_could_read_differently_is_refused(string fields) =>
        AssertRefused(RequestError.ContentLength, $"POST / HTTP/1.1\r\n{fields}\r\n\r\n");

    [Fact]
    public void The_same_length_twice_is_the_length()
    {
        Assert.Null(
            RequestParser.Parse("POST / HTTP/1.1\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n"u8, out var head));
        Assert.Equal(7, head.ContentLength);
    }

    [Fact]
    public void A_chunked_body_is_announced()
    {
        Assert.Null(RequestParser.Parse("POST / HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n"u8, out var head));
        Assert.True(head.IsChunked);
        Assert.Equal(0, head.ContentLength);
    }

    [Theory]
    [InlineData("HTTP/1.1", "Transfer-Encoding: gzip")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: gzip, chunked")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: identity")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: xchunked")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: chunked;q=1")]
    public void Another_encoding_of_a_body_is_refused(string version, string fields) =>
        AssertRefused(RequestError.TransferEncoding, $"POST / {version}\r\n{fields}\r\n\r\n");

    [Theory]
    [InlineData("HTTP/1.1", "Transfer-Encoding:")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: chunked, chunked")]
    [InlineData("HTTP/1.1", "Transfer-Encoding: chunked, gzip")]
    [InlineData("HTTP/1.0", "Transfer-Encoding: chunked")]
    [InlineData("HTTP/1.0", "Transfer-Encoding: chunked\r\nContent-Length: 3")]
    public void A_body_whose_end_nobody_can_tell_is_refused(string version, string fields) =>
        AssertRefused(RequestError.Framing, $"POST / {version}\r\n{fields}\r\n\r\n");

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.example:80", "a.example:80", true)]
    [InlineData("GET / HTTP/1.1\r\nhost:\t[::1]:8100 ", "[::1]:8100", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a:", "a:", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a_b-c.~%20", "a_b-c.~%20", true)]
    [InlineData("GET http://b.example/ HTTP/1.1\r\nHost: a.example", "b.example", true)]
    [InlineData("GET http://b.example/ HTTP/1.1\r\nX: y", "b.example", false)]
    [InlineData("GET http://b.example HTTP/1.1\r\nHost:", "b.example", true)]
    [InlineData("GET / HTTP/1.1\r\nHost:", "", false)]
    [InlineData("GET / HTTP/1.1\r\nX: y", "", false)]
    public void The_host_that_is_asked_for_is_read(string text, string host, bool isNamed)
    {
        Assert.Null(RequestParser.Parse((text + "\r\n\r\n").Latin1(), out var head));
        Assert.Equal((host, isNamed), (head.Host.Latin1(), head.NamesHost));
    }

    [Theory]
    [InlineData("Host: a\r\nHost: b")]
    [InlineData("Host: a\r\nhost: a")]
    [InlineData("Host:\r\nHost: a")]
    [InlineData("Host: a b/<>")]
    [InlineData("Host: a, b")]
    [InlineData("Host: http://a")]
    [InlineData("Host: user@a")]
    [InlineData("Host: a/b")]
    [InlineData("Host: :80")]
    [InlineData("Host: a:b")]
    [InlineData("Host: a:99999")]
    [InlineData("Host: a:80:80")]
    [InlineData("Host: ::1")]
    [InlineData("Host: [::1")]
    [InlineData("Host: [::1]x")]
    [InlineData("Host: []")]
    [InlineData("Host: a%2")]
    [InlineData("Host: a%zz")]
    [InlineData("Host: \u00E4")]
    [InlineData("Host: a\"b")]
    public void A_host_that_is_none_or_two_is_refused(string fields)
    {
        AssertRefused(RequestError.Host, $"GET / HTTP/1.1\r\n{fields}\r\n\r\n");
        AssertRefused(RequestError.Host, $"GET / HTTP/1.0\r\n{fields}\r\n\r\n");
    }

    [Fact]
    public void Who_waits_to_send_its_body_is_heard()
    {
        Assert.Null(RequestParser.Parse("POST / HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n"u8, out var head));
        Assert.True(head.ExpectsContinue);
        AssertRefused(RequestError.Expectation, "POST / HTTP/1.1\r\nExpect: a-miracle\r\n\r\n");
    }

    [Theory]
    [InlineData("HTTP/1.1", "", true, false)]
    [InlineData("HTTP/1.0", "", false, false)]
    [InlineData("HTTP/1.1", "Connection: close", false, false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive", true, true)]
    [InlineData("HTTP/1.1", "connection: KEEP-ALIVE", true, true)]
    [InlineData("HTTP/1.1", "Connection: upgrade", true, false)]
    [InlineData("HTTP/1.1", "Connection: x, Close ,y", false, false)]
    [InlineData("HTTP/1.1", "Connection: closed", true, false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive, close", false, true)]
    [InlineData("HTTP/1.1", "Connection: close, keep-alive", false, true)]
    [InlineData("HTTP/1.0", "Connection: close\r\nConnection: keep-alive", false, true)]
    public void A_connection_is_kept_unless_the_client_wants_it_closed(
        string version, string field, bool keepAlive, bool asks)
    {
        var fields = field.Length > 0 ? field + "\r\n" : "";
        Assert.Null(RequestParser.Parse($"GET / {version}\r\n{fields}\r\n".Latin1(), out var head));
        Assert.Equal(keepAlive, head.KeepAlive);
        Assert.Equal(asks, head.AsksKeepAlive);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\n\r\nrest", 24)]
    [InlineData("GET / HTTP/1.1\nA: b\n\nrest", 21)]
    [InlineData("\r\n\r\n", 4)]
    [InlineData("\n\n", 2)]
    [InlineData("a\n\r\n", 4)]
    [InlineData("a\r\n\n", 4)]
    [InlineData("", -1)]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\n", -1)]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\n\r", -1)]
    [InlineData("a\r\n\r\r\n", -1)]
    [InlineData("a\r\r", -1)]
    public void The_empty_line_ends_a_head(string text, int length)
    {
        var scanned = 0;
        Assert.Equal(length, RequestParser.FindEnd(text.Latin1(), ref scanned));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("G", true)]
    [InlineData("!", true)]
    [InlineData("\u0016\u0003\u0001", false)] // TLS
    [InlineData(" ", false)]
    [InlineData("\r\n", false)]
    [InlineData("\u0080", false)]
    public void What_cannot_become_a_request_is_known_by_its_first_byte(string text, bool could) =>
        Assert.Equal(could, RequestParser.CouldBeRequest(text.Latin1()));

    [Theory]
    [InlineData("X-A", "1")]
    [InlineData("x-a", "1")]
    [InlineData("X-B", "two words")]
    [InlineData("X-Empty", "")]
    [InlineData("X-None", "")]
    [InlineData("X", "")]
    public void A_field_is_found_by_its_name(string name, string value)
    {
        Assert.Null(
            RequestParser.Parse(
                "GET / HTTP/1.1\r\nX-A: 1\r\nX-a:2\r\nX-B:\t two words \r\nX-Empty:\n\r\n"u8, out var head));
        Assert.Equal(value, new HttpRequest(head, head.Path, default).Field(name.Latin1()).Latin1());
    }

    private static void AssertRefused(RequestError error, string text) =>
        Assert.Same(error, RequestParser.Parse(text.Latin1(), out _));
}
