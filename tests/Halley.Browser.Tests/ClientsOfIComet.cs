using Halley.Testing;

namespace Halley.Browser.Tests;

/// <summary>
/// A client that does what icomet.js does: signs by JSONP, subscribes with its token, publishes from the page.
/// </summary>
public sealed class ClientsOfIComet(Browser browser) : PageCase(browser)
{
    protected override ICometConf Conf => new() { Auth = "token" };

    [Theory]
    [InlineData("events")]
    [InlineData("jsonp")]
    public async Task Receive_what_they_and_others_publish(string mode)
    {
        await OpenAsync("client.html?channel=room&mode=" + mode
            + $"&sub={Uri.EscapeDataString($"http://{Server.Front}/sub")}"
            + $"&sign={Uri.EscapeDataString($"http://{Server.Admin}/sign")}"
            + $"&push={Uri.EscapeDataString($"http://{Server.Admin}/push")}");
        await Page.WaitForFunctionAsync("token.length === 32");

        await Page.EvaluateAsync("publish('from the page')");
        await ReceivedAsync(1);
        await PublishAsync("/push", "room", "from elsewhere");
        await ReceivedAsync(2);
        using (var client = await RawHttpClient.ConnectAsync(Server.Admin))
        {
            await client.GetAsync("/broadcast?content=to+all");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }

        await ReceivedAsync(3);
        foreach (var n in Enumerable.Range(1, 9))
        {
            await PublishAsync("/push", "room", $"{n}");
        }

        List<string> expected =
        [
            Received("data", "from the page"), Received("data", "from elsewhere"), Received("broadcast", "to all"),
            .. Enumerable.Range(1, 9).Select(n => Received("data", $"{n}")),
        ];
        Assert.Equal(expected, await ReceivedAsync(expected.Count));
        Assert.Equal(["start", "published ok"], await Page.EvaluateAsync<string[]>("log"));
    }

    private static string Received(string type, string content) => $$"""{"type":"{{type}}","content":"{{content}}"}""";
}
