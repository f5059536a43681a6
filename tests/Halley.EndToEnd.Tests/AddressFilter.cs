using System.Net;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>Which addresses may use the admin port.</summary>
public sealed class AddressFilter
{
    /// <summary>Rules, separated by commas; addresses that pass; addresses that are refused.</summary>
    [Theory]
    [InlineData("", "127.0.0.1 127.9.9.9", "")]
    [InlineData("allow: 127.0.0.2, deny: 127.0, allow: all", "127.0.0.2 127.1.0.1", "127.0.0.3")]
    public async Task The_rules_let_in(string rules, string passing, string refused)
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf
            {
                Address = "0.0.0.0",
                AdminRules = rules.Split(", ", StringSplitOptions.RemoveEmptyEntries),
            });

        foreach (var address in passing.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Equal((address, 200), (address, await StatusAsync(server.Admin, address)));
        }

        foreach (var address in refused.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Equal((address, 403), (address, await StatusAsync(server.Admin, address)));
        }
    }

    [Fact]
    public async Task A_refused_publisher_gets_403_and_nothing_is_published()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf { Address = "0.0.0.0", AdminRules = ["allow: 127.0.0.1"] });
        using var stranger = await RawHttpClient.ConnectAsync(server.Admin, IPAddress.Parse("127.0.0.2"));
        await stranger.GetAsync("/push?cname=a&content=b");
        var response = await stranger.ReadResponseAsync();

        Assert.Equal("HTTP/1.1 403 Forbidden", response.Head.Split("\r\n")[0]);
        Assert.Equal("icomet 0.2.5", response["Server"]);
        Assert.Equal("close", response["Connection"], ignoreCase: true);
        Assert.Equal("", await response.ReadBodyAsync());
        Assert.Empty(await stranger.ReadToEndAsync());
        using var friend = await RawHttpClient.ConnectAsync(server.Admin);
        await friend.GetAsync("/check?cname=a");
        Assert.Equal("{}\n", await (await friend.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task The_front_is_open_to_everybody()
    {
        await using var server = await ICometServer.StartAsync(
            new ICometConf { Address = "0.0.0.0", AdminRules = ["deny: all"] });
        using var client = await RawHttpClient.ConnectAsync(server.Front, IPAddress.Parse("127.9.9.9"));
        await client.GetAsync("/ping");

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    private static async Task<int> StatusAsync(IPEndPoint admin, string from)
    {
        using var client = await RawHttpClient.ConnectAsync(admin, IPAddress.Parse(from));
        await client.GetAsync("/info");
        return (await client.ReadResponseAsync()).Status;
    }
}
