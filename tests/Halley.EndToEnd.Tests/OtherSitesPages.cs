using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>What the pages of other sites make browsers ask of a server with a halley.json.</summary>
public sealed class OtherSitesPages
{
    private const string Page = "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n";

    private const string Endpoints = """
        { "location": "~ ^/room/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": "$1" }
        """;

    [Fact]
    public async Task They_command_nothing_on_the_admin_port_and_sign_only_without_tokens()
    {
        await using var server = await JsonServer.StartAsync(Endpoints);
        Assert.Equal(403, await StatusAsync(server.Admin, "/push?cname=a&content=x", Page));
        Assert.Equal(403, await StatusAsync(server.Admin, "/info", "", "evil.example"));
        Assert.Equal(200, await StatusAsync(server.Admin, "/push?cname=a&content=x", ""));
        Assert.Equal(200, await StatusAsync(server.Admin, "/sign?cname=a&cb=f", Page));

        await using var strict = await JsonServer.StartAsync(
            Endpoints, front: "\"auth\": \"token\",", admin: "\"allowed_origins\": [\"http://ops.example\"],");
        Assert.Equal(403, await StatusAsync(strict.Admin, "/sign?cname=a&cb=f", Page));
        Assert.Equal(
            200, await StatusAsync(
                strict.Admin, "/sign?cname=a&cb=f", Page.Replace("evil", "ops", StringComparison.Ordinal)));
        Assert.Equal(200, await StatusAsync(strict.Admin, "/info", "", "ops.example:8000"));
    }

    [Fact]
    public async Task Who_opened_the_port_to_all_is_warned()
    {
        await using var server = await JsonServer.StartAsync(Endpoints, admin: "\"allow\": [\"all\"],");
        Assert.Equal(200, await StatusAsync(server.Admin, "/push?cname=a&content=x", Page, "evil.example"));
        Assert.Contains("admin.allow says all", server.Process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Host_is_asked_for_unless_an_icomet_conf_is_given()
    {
        await using var server = await JsonServer.StartAsync(Endpoints);
        await using var like = await ICometServer.StartAsync(new ICometConf());
        foreach (var (endPoint, status) in new[]
        {
            (server.Front, 400),
            (server.Own, 400),
            (like.Front, 200),
            (like.Admin, 404),
        })
        {
            using var client = await RawHttpClient.ConnectAsync(endPoint);
            await client.SendAsync("GET /ping HTTP/1.1\r\n\r\n");
            Assert.Equal(status, (await client.ReadResponseAsync()).Status);
        }
    }

    private static async Task<int> StatusAsync(
        System.Net.IPEndPoint endPoint, string target, string fields, string host = "localhost")
    {
        using var client = await RawHttpClient.ConnectAsync(endPoint);
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        return (await client.ReadResponseAsync()).Status;
    }
}
