using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>/ping, and what is answered where no path or method fits.</summary>
public sealed class ICometPagesTests : IDisposable
{
    private readonly ICometNode _node = new(options: new ICometOptions { PollingTimeout = TimeSpan.FromSeconds(12) });

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("/ping", "icomet_cb")]
    [InlineData("/%70ing", "icomet_cb")]
    [InlineData("/ping?cb=foo", "foo")]
    [InlineData("POST /ping?cb=foo", "foo")]
    [InlineData("/ping?cb=", "")]
    public void Ping_is_a_script_that_tells_how_long_a_poll_may_take(string request, string callback)
    {
        var answer = _node.Sub(request);
        Assert.Equal("200 OK", answer.Status);
        Assert.Equal("Content-Type: text/javascript; charset=utf-8\r\n|\r\n", answer.Fields);
        Assert.Equal(callback + "({\"type\":\"ping\",\"sub_timeout\":12});\n", answer.Body);
    }

    [Fact]
    public void Ping_calls_no_script_of_a_strangers() =>
        Assert.Equal("400 Bad Request", _node.Sub("/ping?cb=%3Cscript%3Ealert(1)%3C/script%3E").Status);

    [Theory]
    [InlineData("/ping/")]
    [InlineData("//ping")]
    [InlineData("/Ping")]
    [InlineData("/")]
    [InlineData("/push")]
    [InlineData("/sign")]
    [InlineData("/psub")]
    public void Another_path_is_no_page_of_the_front(string path) => AssertNoSuchPage(_node.Sub(path), path);

    [Theory]
    [InlineData("/push/")]
    [InlineData("/")]
    [InlineData("/sub")]
    [InlineData("/stream")]
    [InlineData("/ping")]
    public void Another_path_is_no_page_of_the_admin_port(string path) => AssertNoSuchPage(_node.Ask(path), path);

    [Fact]
    public void The_page_shows_the_address_harmlessly() =>
        Assert.Contains(
            "URL /&lt;script&gt;?&quot;&#039;&amp; was", _node.Sub("/<script>?\"'&").Body, StringComparison.Ordinal);

    [Theory]
    [InlineData("OPTIONS /stream")]
    [InlineData("OPTIONS *")]
    [InlineData("PATCH /push")]
    [InlineData("get /ping")]
    [InlineData("BREW /pot")]
    public void Other_methods_are_not_implemented(string request)
    {
        foreach (var answer in new[] { _node.Front.Ask(request), _node.Admin.Ask(request) })
        {
            Assert.Equal("501 Not Implemented", answer.Status);
            Assert.Equal("Content-Type: text/html\r\n|\r\n", answer.Fields);
            Assert.Contains("<H1>Not Implemented</H1>", answer.Body, StringComparison.Ordinal);
            Assert.True(answer.Head!.Closes);
        }
    }

    [Theory]
    [InlineData("/sse?cname=a")]
    [InlineData("/stream?cname=a")]
    [InlineData("/poll?cname=a")]
    [InlineData("/sub?cname=a")]
    public void A_browser_that_asks_first_may_send_what_polyfills_send(string target)
    {
        const string Asks =
            "Origin: http://a.test\r\nAccess-Control-Request-Method: GET\r\n"
                + "Access-Control-Request-Headers: last-event-id\r\n";
        var answer = Ask("OPTIONS " + target, Asks);
        Assert.Equal("204 No Content", answer.Status);
        Assert.True(answer.Head!.HasNoBody);
        foreach (var line in (string[])[
            "Access-Control-Allow-Origin: *",
            "Access-Control-Allow-Methods: GET",
            "Access-Control-Allow-Headers: Last-Event-ID, Authorization, Content-Type, Cache-Control, Pragma, "
                + "X-Requested-With",
        ])
        {
            Assert.Contains(line + "\r\n", answer.Fields, StringComparison.Ordinal);
        }

        Assert.Equal("501 Not Implemented", Ask("OPTIONS " + target, "Origin: http://a.test\r\n").Status);
        Assert.Equal("501 Not Implemented", Ask("OPTIONS /ping", Asks).Status);
    }

    private RecordingExchange Ask(string request, string fields)
    {
        Assert.Null(RequestParser.Parse($"{request} HTTP/1.1\r\nHost: a\r\n{fields}\r\n".Latin1(), out var head));
        var exchange = new RecordingExchange(_node.Dispatcher);
        _node.Front.Handle(new HttpRequest(head, head.Path, default), exchange);
        return exchange;
    }

    private static void AssertNoSuchPage(RecordingExchange answer, string path)
    {
        Assert.Equal("404 Not Found", answer.Status);
        Assert.Equal("Content-Type: text/html\r\n|\r\n", answer.Fields);
        Assert.Contains($"URL {path} was not found", answer.Body, StringComparison.Ordinal);
        Assert.True(answer.Head!.Closes);
    }
}
