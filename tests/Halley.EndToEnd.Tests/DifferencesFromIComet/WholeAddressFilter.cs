using System.Net;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>
/// Every rule is looked at, for every path, and means addresses. In iComet rules hide one another, unknown paths pass,
/// and texts are compared.
/// </summary>
[Trait("differs", "icomet")]
public sealed class WholeAddressFilter
{
    [Theory]
    [InlineData("allow: 127.0.0.1, allow: 127.0.0.10", "127.0.0.1 127.0.0.10", "127.0.0.2")]
    [InlineData("allow: 127.0, allow: 127.0.0.5", "127.0.0.1 127.0.0.5 127.0.1.1", "127.1.0.1")]
    [InlineData("allow: 127.0, deny: 127.0.0.2", "127.0.0.1 127.0.0.2", "127.1.0.1")]
    [InlineData("deny: 127.0.0.1, deny: 127.0.0.10, allow: all", "127.0.0.2", "127.0.0.1 127.0.0.10")]
    public Task No_rule_hides_another(string rules, string passing, string refused) =>
        LetInAsync(rules, passing, refused);

    [Theory]
    [InlineData("allow: 127.1", "127.1.2.3", "127.10.0.1 127.100.0.1 127.2.0.1")]
    [InlineData("allow: 127.0.0.", "127.0.0.1", "127.0.1.1")]
    [InlineData("allow: 127.0.0.0/9", "127.0.0.1 127.127.0.1", "127.128.0.1")]
    [InlineData("deny: 127.128.0.0/9, allow: all", "127.0.0.1", "127.128.0.1")]
    public Task Rules_name_addresses_and_no_parts_of_numbers(string rules, string passing, string refused) =>
        LetInAsync(rules, passing, refused);

    private static async Task LetInAsync(string rules, string passing, string refused)
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf { Address = "0.0.0.0", AdminRules = rules.Split(", ") });

        foreach (var address in passing.Split(' '))
        {
            Assert.Equal((address, 200), (address, await StatusAsync(server.Admin, address, "/info")));
        }

        foreach (var address in refused.Split(' '))
        {
            Assert.Equal((address, 403), (address, await StatusAsync(server.Admin, address, "/info")));
        }
    }

    [Theory]
    [InlineData("/nosuch")]
    [InlineData("/sub?cname=a")]
    [InlineData("/push?cb=%3C")]
    public async Task A_stranger_learns_nothing_but_that_it_may_not(string target)
    {
        await using var server = await ICometServer.StartAsync(new ICometConf { AdminRules = ["deny: all"] });

        Assert.Equal(403, await StatusAsync(server.Admin, "127.0.0.1", target));
    }

    private static async Task<int> StatusAsync(IPEndPoint admin, string from, string target)
    {
        using var client = await RawHttpClient.ConnectAsync(admin, IPAddress.Parse(from));
        await client.GetAsync(target);
        return (await client.ReadResponseAsync()).Status;
    }
}
