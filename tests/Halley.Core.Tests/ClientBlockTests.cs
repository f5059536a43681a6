using System.Net;
using Halley.Access;

namespace Halley.Core.Tests;

/// <summary>What counts as one client where each has a share.</summary>
public sealed class ClientBlockTests
{
    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1")]
    [InlineData("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]
    [InlineData("::1", "::2")]
    public void These_are_one(string one, string other) =>
        Assert.Equal(ClientBlock.Of(IPAddress.Parse(one)), ClientBlock.Of(IPAddress.Parse(other)));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2")]
    [InlineData("2001:db8::1", "2001:db8:0:1::1")]
    [InlineData("0.0.0.0", "::1")]
    [InlineData("0.0.0.1", "::1")]
    public void These_are_two(string one, string other) =>
        Assert.NotEqual(ClientBlock.Of(IPAddress.Parse(one)), ClientBlock.Of(IPAddress.Parse(other)));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::1")]
    public void Everybody_has_one_that_is_not_nobodys(string address) =>
        Assert.NotEqual(default, ClientBlock.Of(IPAddress.Parse(address)));
}
