using System.Net;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Access;

/// <summary>Who shows a key may come, and who comes from where none is needed.</summary>
public sealed class KeyGuardTests
{
    private const string Key = "0123456789abcdef";
    private const string Other = "fedcba9876543210";

    private static readonly ResponseHead Reached = new("200 OK", []);

    [Theory]
    [InlineData("Authorization: apikey " + Key, true)]
    [InlineData("Authorization: Bearer " + Key, true)]
    [InlineData("authorization: bearer " + Other, true)]
    [InlineData("X-API-Key: " + Key, true)]
    [InlineData("X-API-Key: " + Key + "0", false)]
    [InlineData("X-API-Key: " + "0123456789abcde", false)]
    [InlineData("X-API-Key: ", false)]
    [InlineData("Authorization: Basic " + Key, false)]
    [InlineData("Authorization: " + Key, false)]
    [InlineData("Authorization: Bearer", false)]
    [InlineData("Accept: */*", false)]
    public void A_request_from_elsewhere_shows_a_key(string field, bool isAllowed) =>
        AssertAllowed("192.0.2.1", field, isAllowed);

    [Theory]
    [InlineData("127.0.0.1", "Accept: */*", true)]
    [InlineData("127.0.0.1", "X-API-Key: wrong", true)]
    [InlineData("127.0.0.1", "X-Forwarded-For: 127.0.0.1", false)]
    [InlineData("127.0.0.1", "Forwarded: for=127.0.0.1", false)]
    [InlineData("127.0.0.1", "X-Real-IP: 127.0.0.1", false)]
    [InlineData("127.0.0.1", "Via: 1.1 proxy", false)]
    [InlineData("127.0.0.1", "X-Forwarded-For: 127.0.0.1\r\nX-API-Key: " + Key, true)]
    public void Where_none_is_needed_what_a_proxy_forwards_needs_one_all_the_same(
        string address, string fields, bool isAllowed) =>
        AssertAllowed(address, fields, isAllowed);

    [Theory]
    [InlineData("X-Forwarded-For: 127.0.0.1", true)]
    [InlineData("X-Forwarded-For: 192.0.2.1", false)]
    public void A_trusted_proxy_says_for_whom_it_asks(string field, bool isAllowed) =>
        AssertAllowed("10.0.0.1", field, isAllowed, TrustedProxies.Of(["10.0.0.1"]));

    [Theory]
    [InlineData("127.0.0.1", "X-Forwarded-For: 192.0.2.1")]
    [InlineData("127.0.0.1", "Via: 1.1 proxy")]
    public void A_proxy_that_is_not_trusted_needs_a_key_where_another_is(string address, string field) =>
        AssertAllowed(address, field, isAllowed: false, TrustedProxies.Of(["10.0.0.1"]));

    [Theory]
    [InlineData("X-Real-IP: 192.0.2.1", false)]
    [InlineData("Forwarded: for=192.0.2.1", false)]
    [InlineData("X-Real-IP: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1", true)]
    public void A_trusted_proxy_that_does_not_say_for_whom_it_asks_needs_a_key(string fields, bool isAllowed) =>
        AssertAllowed("127.0.0.1", fields, isAllowed, TrustedProxies.Of(["127.0.0.1"]));

    [Fact]
    public void Who_shows_none_is_refused_before_its_body_and_told_how()
    {
        var exchange = Ask("192.0.2.1", "Accept: */*", TrustedProxies.None);
        Assert.Equal("401 Unauthorized", exchange.Status);
        Assert.Contains("WWW-Authenticate: Bearer", exchange.Fields, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"unauthorized\"", exchange.Body, StringComparison.Ordinal);
    }

    private static void AssertAllowed(string address, string fields, bool isAllowed, TrustedProxies? proxies = null) =>
        Assert.Equal(
            isAllowed ? "200 OK" : "401 Unauthorized", Ask(address, fields, proxies ?? TrustedProxies.None).Status);

    private static RecordingExchange Ask(string address, string fields, TrustedProxies proxies)
    {
        var guard = new KeyGuard(new Handler(), new ApiKeys([Key, Other]), new AddressRules(["127.0.0.0/8"], []));
        var exchange = new RecordingExchange(new ManualDispatcher())
        {
            RemoteAddress = IPAddress.Parse(address),
            TrustedProxies = proxies,
        };
        return guard.Ask("GET /api/info", "", exchange, fields + "\r\n");
    }

    private sealed class Handler : IRequestHandler
    {
        public void Handle(in HttpRequest request, IExchange exchange) => exchange.Reply(Reached, default);
    }
}
