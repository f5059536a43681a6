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
    [Fact]
    public async Task No_rule_hides_another_and_none_is_part_of_a_number()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf
            {
                Address = "0.0.0.0",
                AdminRules = ["allow: 127.0.0.1", "allow: 127.0.0.10", "allow: 127.1"],
            });

        foreach (var (address, status) in new[]
        {
            ("127.0.0.1", 200),
            ("127.0.0.10", 200),
            ("127.1.2.3", 200),
            ("127.0.0.2", 403),
            ("127.10.0.1", 403),
        })
        {
            Assert.Equal((address, status), (address, await StatusAsync(server.Admin, address, "/info")));
        }
    }

    [Fact]
    public async Task A_stranger_learns_nothing_but_that_it_may_not()
    {
        await using var server = await ICometServer.StartAsync(new ICometConf { AdminRules = ["deny: all"] });

        foreach (var target in (string[])["/nosuch", "/sub?cname=a", "/push?cb=%3C"])
        {
            Assert.Equal((target, 403), (target, await StatusAsync(server.Admin, "127.0.0.1", target)));
        }
    }

    private static async Task<int> StatusAsync(IPEndPoint admin, string from, string target)
    {
        using var client = await RawHttpClient.ConnectAsync(admin, IPAddress.Parse(from));
        await client.GetAsync(target);
        return (await client.ReadResponseAsync()).Status;
    }
}
