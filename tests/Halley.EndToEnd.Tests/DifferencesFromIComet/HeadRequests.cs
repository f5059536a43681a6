namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>HEAD is answered with a head. iComet sends the body along and so spoils the connection.</summary>
[Trait("differs", "icomet")]
public sealed class HeadRequests(OpenServer server) : ICometCase(server)
{
    [Theory]
    [InlineData("/ping", 200)]
    [InlineData("/ping?cb=%3C", 400)]
    [InlineData("/poll?cname=a&seq=1", 405)]
    public async Task On_the_front_they_are_answered_with_a_head_and_no_body(string target, int status)
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync(
            $"HEAD {target} HTTP/1.1\r\nHost: x\r\n\r\nGET /ping?cb=next HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(status, (await client.ReadResponseAsync(hasBody: false)).Status);
        Assert.StartsWith("next(", await (await client.ReadResponseAsync()).ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/info", 200)]
    [InlineData("/check?cname=a", 200)]
    [InlineData("/close?cname=unknown", 404)]
    [InlineData("/push?cname=a&content=b", 405)]
    public async Task On_the_admin_port_they_are_answered_with_a_head_and_no_body(string target, int status)
    {
        var client = await ConnectAdminAsync();
        await client.SendAsync(
            $"HEAD {target} HTTP/1.1\r\nHost: x\r\n\r\nGET /check?cname=none HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(status, (await client.ReadResponseAsync(hasBody: false)).Status);
        Assert.Equal("{}\n", await (await client.ReadResponseAsync()).ReadBodyAsync());
    }

    [Fact]
    public async Task An_unknown_path_is_answered_with_a_head_and_closed()
    {
        var client = await ConnectFrontAsync();
        await client.SendAsync("HEAD /nosuch HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(404, (await client.ReadResponseAsync(hasBody: false)).Status);
        Assert.Empty(await client.ReadToEndAsync());
    }
}
