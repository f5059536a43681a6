using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Routing;

public class NormalPathTests
{
    // What nginx 1.22 makes of them, as its $uri says.
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/pub", "/pub")]
    [InlineData("/pub/", "/pub/")]
    [InlineData("//pub", "/pub")]
    [InlineData("///", "/")]
    [InlineData("/./pub", "/pub")]
    [InlineData("/pub/.", "/pub/")]
    [InlineData("/pub/./", "/pub/")]
    [InlineData("/x/../pub", "/pub")]
    [InlineData("/x/..", "/")]
    [InlineData("/x/y/..", "/x/")]
    [InlineData("/x//../pub", "/pub")]
    [InlineData("/x/./../pub", "/pub")]
    [InlineData("/a/b/../../pub", "/pub")]
    [InlineData("/...", "/...")]
    [InlineData("/..a", "/..a")]
    [InlineData("/.a/b.", "/.a/b.")]
    [InlineData("/a.b//c", "/a.b/c")]
    [InlineData("*", "*")]
    public void A_path_is_read_as_nginx_reads_it(string path, string normal)
    {
        Assert.True(NormalPath.TryRead(path.Latin1(), out var read));
        Assert.Equal(normal, read.Latin1());
    }

    [Theory]
    [InlineData("/..")]
    [InlineData("/../pub")]
    [InlineData("//..")]
    [InlineData("/./..")]
    [InlineData("/x/../..")]
    [InlineData("/x/../../pub")]
    public void Above_the_root_there_is_nothing(string path) => Assert.False(NormalPath.TryRead(path.Latin1(), out _));

    [Theory]
    [InlineData("/pub", "200 OK")]
    [InlineData("//pub", "200 OK")]
    [InlineData("/%2Fpub", "200 OK")]
    [InlineData("/x/%2e%2E/pub", "200 OK")]
    [InlineData("/x%2f..%2fpub", "200 OK")]
    [InlineData("/%70ub", "200 OK")]
    [InlineData("/pub?x=/../..", "200 OK")]
    [InlineData("/admin", "403 Forbidden")]
    [InlineData("//admin", "403 Forbidden")]
    [InlineData("/pub/../admin", "403 Forbidden")]
    [InlineData("/./%61dmin", "403 Forbidden")]
    [InlineData("/pub/%252e%252e/admin", "404 Not Found")]
    [InlineData("/%2e%2e/pub", "400 Bad Request")]
    [InlineData("/pub%", "400 Bad Request")]
    [InlineData("/pub%zz", "400 Bad Request")]
    [InlineData("/pub%00", "400 Bad Request")]
    public void A_location_and_its_rules_are_found_by_that_path(string target, string status) =>
        Assert.Equal(status, Ask("GET " + target).Status);

    [Fact]
    public void The_endpoint_sees_that_path_and_the_address_as_it_came()
    {
        Assert.Equal("/pub ///x/..//pub?a", Ask("GET ///x/..//pub?a").Body);
    }

    [Fact]
    public void The_server_as_a_whole_says_which_methods_there_are()
    {
        var answer = Ask("OPTIONS *");
        Assert.Equal(
            ("200 OK", "|\r\nAllow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n"),
            (answer.Status, "|" + answer.Fields.Split('|')[1]));
    }

    private static RecordingExchange Ask(string request)
    {
        var router = new EndpointRouter(
        [
            new EndpointRoute(RequestFor.At("= /pub"), AddressRules.Everybody, new Echo()),
            new EndpointRoute(RequestFor.At("= /admin"), new AddressRules(["10.0.0.1"], []), new Echo()),
        ]);
        var exchange = new RecordingExchange(new ManualDispatcher());
        Assert.Null(RequestParser.Parse($"{request} HTTP/1.1\r\nHost: halley\r\n\r\n".Latin1(), out var head));
        router.Handle(new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), default), exchange);
        return exchange;
    }

    private sealed class Echo : IEndpoint
    {
        public void Handle(in RoutedRequest request, IExchange exchange) => exchange.Reply(
            ResponseHead.LikeNginx("200 OK", [], []), [.. request.Request.Path, (byte)' ', .. request.Request.Target]);
    }
}
