using System.Net;
using Halley.Access;
using Halley.Protocol.Access;
using Halley.Server.Tls;

namespace Halley.Server.Tests.Tls;

/// <summary>How many connections and requests with TLS there may be, and how many of one address.</summary>
public sealed class AddressSharesTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.2");

    [Fact]
    public void Who_has_more_than_half_gets_none_of_the_last_sixteenth()
    {
        var shares = new AddressShares(32, perAddress: 0);
        for (var i = 0; i < 30; i++)
        {
            Assert.True(Take(shares, One));
        }

        Assert.False(Take(shares, One));
        Assert.True(Take(shares, Other));
        Assert.True(Take(shares, Other));
        Assert.False(Take(shares, Other));
        Assert.Equal((32, 2), (shares.Count, shares.Refused));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again()
    {
        var shares = new AddressShares(10, perAddress: 1);
        Assert.True(shares.TryTake(One, TrustedProxies.None, out var share));
        Assert.False(Take(shares, One));
        Assert.True(Take(shares, Other));

        shares.GiveBack(share);

        Assert.True(Take(shares, One));
        Assert.Equal(2, shares.Count);
    }

    [Fact]
    public void A_trusted_proxy_comes_for_many()
    {
        var shares = new AddressShares(10, perAddress: 1);
        var proxies = TrustedProxies.Of(["192.0.2.1"]);
        Assert.True(shares.TryTake(One, proxies, out var share));
        Assert.True(shares.TryTake(One, proxies, out _));
        Assert.Equal(default, share);

        shares.GiveBack(share);

        Assert.Equal(1, shares.Count);
    }

    [Fact]
    public void One_network_of_IPv6_is_one_client()
    {
        var shares = new AddressShares(10, perAddress: 1);
        Assert.True(Take(shares, IPAddress.Parse("2001:db8::1")));
        Assert.False(Take(shares, IPAddress.Parse("2001:db8::2")));
        Assert.True(Take(shares, IPAddress.Parse("2001:db8:0:1::1")));
    }

    private static bool Take(AddressShares shares, IPAddress address) =>
        shares.TryTake(address, TrustedProxies.None, out ClientBlock _);
}
