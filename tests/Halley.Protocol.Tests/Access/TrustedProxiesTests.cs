using System.Net;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Tests.Access;

/// <summary>
/// Who asks, where proxies stand between: whom a trusted one names, and nobody whom anybody could have made up.
/// </summary>
public class TrustedProxiesTests
{
    public static TheoryData<string, string, string, string> Chains => new()
    {
        // trusted, peer, X-Forwarded-For (a bar begins another line), client
        { "", "10.0.0.1", "1.2.3.4", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.2", "1.2.3.4", "10.0.0.2" },

        // A proxy that comes by a Unix socket, which nobody can pretend from elsewhere.
        { "unix:", "100::756e:6978", "9.9.9.9, 1.2.3.4", "1.2.3.4" },
        { "unix:", "10.0.0.1", "1.2.3.4", "10.0.0.1" },
        { "10.0.0.1", "100::756e:6978", "1.2.3.4", "100::756e:6978" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4, 100::756e:6978", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4, unix:", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4", "1.2.3.4" },
        { "10.0.0.1", "10.0.0.1", "", "10.0.0.1" },

        // What a client pretends stands further left than its own address.
        { "10.0.0.1", "10.0.0.1", "127.0.0.1, 1.2.3.4", "1.2.3.4" },
        { "10.0.0.1", "10.0.0.1", "10.0.0.1, 1.2.3.4", "1.2.3.4" },

        // Several proxies, each trusted; then one that is not.
        { "10.0.0.0/8", "10.0.0.1", "1.2.3.4, 10.9.9.9", "1.2.3.4" },
        { "10.0.0.0/8", "10.0.0.1", "1.2.3.4, 11.0.0.1, 10.9.9.9", "11.0.0.1" },
        { "10.0.0.1,192.168.0.0/16", "10.0.0.1", "1.2.3.4,192.168.3.4,10.0.0.1", "1.2.3.4" },
        { "10.0.0.0/8", "10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1" },
        { "0.0.0.0/0", "9.9.9.9", "1.1.1.1, 2.2.2.2", "1.1.1.1" },

        // Several lines are one list.
        { "10.0.0.0/8", "10.0.0.1", "9.9.9.9|1.2.3.4|10.0.0.2", "1.2.3.4" },
        { "10.0.0.0/8", "10.0.0.1", "1.2.3.4, 10.0.0.3||10.0.0.2", "1.2.3.4" },

        // Empty entries count for nothing.
        { "10.0.0.1", "10.0.0.1", ",1.2.3.4, ,,", "1.2.3.4" },
        { "10.0.0.1", "10.0.0.1", " , ,", "10.0.0.1" },

        // Ports and brackets.
        { "10.0.0.1", "10.0.0.1", "1.2.3.4:5678", "1.2.3.4" },
        { "10.0.0.1", "10.0.0.1", "[2001:db8::1]:5678", "2001:db8::1" },
        { "10.0.0.1", "10.0.0.1", "[2001:db8::1]", "2001:db8::1" },
        { "10.0.0.1", "10.0.0.1", "2001:DB8::1", "2001:db8::1" },

        // IPv6, and IPv4 said in its form.
        { "fd00::/8", "fd00::7", "2001:db8::1, fdff::1", "2001:db8::1" },
        { "10.0.0.1", "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4" },
        { "::ffff:10.0.0.1", "10.0.0.1", "1.2.3.4", "1.2.3.4" },
        { "10.0.0.0/8", "10.0.0.1", "1.2.3.4, ::ffff:10.0.0.2", "1.2.3.4" },
        { "10.0.0.1", "10.0.0.1", "::ffff:1.2.3.4", "1.2.3.4" },
        { "10.0.0.1", "10.0.0.1", "[::ffff:1.2.3.4]:80", "1.2.3.4" },

        // What is no address ends the reading: the proxy that passed it on counts.
        { "10.0.0.1", "10.0.0.1", "unknown", "10.0.0.1" },
        { "10.0.0.0/8", "10.0.0.1", "1.2.3.4, unknown, 10.0.0.2", "10.0.0.2" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4, _hidden", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "\"1.2.3.4\"", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4 5.6.7.8", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "127.1", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "16909060", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "0x1.2.3.4", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "010.2.3.4", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "::ffff:010.2.3.4", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.256", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4.", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4:", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4:123456", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "1.2.3.4:80x", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "[1.2.3.4]:80", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "[2001:db8::1", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "[2001:db8::1]80", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "fe80::1%eth0", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "[]", "10.0.0.1" },
        { "10.0.0.1", "10.0.0.1", "\u00FF", "10.0.0.1" },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public void The_client_is_whom_the_last_trusted_proxy_names(
        string trusted, string peer, string forwarded, string client)
    {
        var lines = forwarded.Length == 0
            ? ""
            : string.Concat(forwarded.Split('|').Select(line => $"x-forwarded-FOR: {line}\r\n"));

        Assert.Equal(client, ClientOf(trusted, peer, lines));
    }

    [Fact]
    public void Other_fields_say_nothing() => Assert.Equal(
        "10.0.0.1",
        ClientOf(
            "10.0.0.1",
            "10.0.0.1",
            "X-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-For-Me: 1.2.3.4\r\nX-Forwarded: 1.2.3.4\r\n"));

    [Fact]
    public void A_chain_that_is_too_long_is_read_no_further()
    {
        var hops = string.Join(',', Enumerable.Range(1, TrustedProxies.MaxHops - 1).Select(n => $"10.0.1.{n}"));
        Assert.Equal("1.2.3.4", ClientOf("10.0.0.0/8", "10.0.0.1", $"X-Forwarded-For: 1.2.3.4,{hops}\r\n"));
        Assert.Equal("10.0.2.1", ClientOf("10.0.0.0/8", "10.0.0.1", $"X-Forwarded-For: 1.2.3.4,10.0.2.1,{hops}\r\n"));
        Assert.Equal(
            "10.0.1.1", ClientOf(
                "10.0.0.0/8",
                "10.0.0.1",
                $"X-Forwarded-For: {string.Concat(Enumerable.Repeat("10.0.1.1,", 100_000))}\r\n"));
        Assert.Equal(
            "10.0.0.1", ClientOf("10.0.0.0/8", "10.0.0.1", $"X-Forwarded-For: {new string('1', 1_000_000)}\r\n"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.0.0.1/32")]
    [InlineData("fd00::/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::ffff:10.0.0.0/104")]
    public void Addresses_and_networks_can_be_trusted(string text) => Assert.True(TrustedProxies.TryParse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("10.")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10/8")]
    [InlineData("proxy.example.org")]
    [InlineData("::ffff:10.0.0.0/8")]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111111111111")]
    public void Nothing_else_can(string text) => Assert.False(TrustedProxies.TryParse(text, out _));

    private static string ClientOf(string trusted, string peer, string fields)
    {
        Assert.Null(
            RequestParser.Parse(
                $"GET / HTTP/1.1\r\nHost: halley\r\n{fields}Accept: */*\r\n\r\n".Latin1(), out var head));
        return TrustedProxies.Of(trusted.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .ClientOf(head, IPAddress.Parse(peer))
            .ToString();
    }
}
