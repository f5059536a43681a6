using System.Net;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Access;

/// <summary>What balancers and supervisors are told.</summary>
public sealed class HealthTests
{
    private static readonly ResponseHead Reached = new("404 Not Found", []);

    private readonly List<string> _reasons = [];

    [Fact]
    public void A_server_that_can_do_its_work_is_ready()
    {
        Assert.Equal(("200 OK", "{\"status\":\"ready\"}"), Ask("GET /health/ready"));
        Assert.Equal(("200 OK", "{\"status\":\"live\"}"), Ask("GET /health/live"));
    }

    [Fact]
    public void One_that_cannot_says_why_and_lives()
    {
        _reasons.AddRange(["Redis is \"gone\".", "The disk is full."]);
        Assert.Equal(
            (
                "503 Service Unavailable",
                """{"status":"not ready","reasons":["Redis is \u0022gone\u0022.","The disk is full."]}"""),
            Ask("GET /health/ready"));
        Assert.Equal("200 OK", Ask("GET /health/live").Status);
    }

    [Theory]
    [InlineData("POST /health/ready", "127.0.0.1")]
    [InlineData("GET /health", "127.0.0.1")]
    [InlineData("GET /health/ready", "192.0.2.1")]
    public void Everything_else_and_whom_no_rule_allows_is_left_to_what_stands_behind(string request, string address) =>
        Assert.Equal("404 Not Found", Ask(request, address).Status);

    private (string Status, string Body) Ask(string request, string address = "127.0.0.1")
    {
        var health = new Health(() => _reasons, new AddressRules(["127.0.0.1"], []), new Others());
        var exchange = new RecordingExchange(new ManualDispatcher()) { RemoteAddress = IPAddress.Parse(address) };
        health.Ask(request, "", exchange);
        return (exchange.Status, exchange.Body);
    }

    private sealed class Others : IRequestHandler
    {
        public void Handle(in HttpRequest request, IExchange exchange) => exchange.Reply(Reached, default);
    }
}
