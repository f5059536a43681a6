using System.Net;
using System.Text;
using Halley.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Tests;

/// <summary>The application's own rules hold: its policies, its users, its origins.</summary>
public sealed class WhoMay
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/push/sse?cname=of-anna", "anna", 200)]
    [InlineData("/push/sse?cname=of-anna", "bert", 403)]
    [InlineData("/push/sse?cname=of-anna", "", 401)]
    [InlineData("/push/sse?cname=of-bert&cname=of-anna", "bert", 200)]
    [InlineData("/push/sse?c%6Eame=of-bert&cname=of-anna", "bert", 403)]
    [InlineData("/push/sse?CNAME=of-anna&cname=of-bert", "bert", 403)]
    [InlineData("/push/ws?cname=of-anna", "bert", 403)]
    public async Task A_policy_decides_about_each_channel(string path, string user, int status)
    {
        await using var app = await App.StartAsync(options => options.ChannelPolicy = "own");
        Assert.Equal(status, await StatusOf(app, path, user.Length == 0 ? "" : $"X-User: {user}\r\n"));
        Assert.Equal(0, app.Halley.CountSubscribers(user == "bert" ? "of-anna" : "of-bert"));
    }

    [Fact]
    public async Task A_policy_that_fails_lets_nobody_in()
    {
        await using var app = await App.StartAsync(options => options.ChannelPolicy = "broken");
        Assert.Equal(403, await StatusOf(app, "/push/sse?cname=of-anna", "X-User: anna\r\n"));
    }

    [Fact]
    public async Task Conventions_hold()
    {
        await using var app = await App.StartAsync(conventions: push => push.RequireAuthorization());
        Assert.Equal(401, await StatusOf(app, "/push/sse?cname=a", ""));
        Assert.Equal(200, await StatusOf(app, "/push/sse?cname=a", "X-User: anna\r\n"));
    }

    [Theory]
    [InlineData("Origin: https://evil.example\r\n", 403)]
    [InlineData("Sec-Fetch-Site: cross-site\r\n", 403)]
    [InlineData("Origin: https://friend.example\r\n", 200)]
    [InlineData("", 200)]
    public async Task Pages_of_other_sites_come_only_where_they_are_listed(string fields, int status)
    {
        await using var app = await App.StartAsync(options => options.AllowedOrigins.Add("https://friend.example"));
        Assert.Equal(status, await StatusOf(app, "/push/poll?cname=a&cb=f", fields));
    }

    [Fact]
    public async Task Nothing_is_said_of_origins_but_what_the_application_says()
    {
        await using var app = await App.StartAsync();
        using var client = await RawHttpClient.ConnectAsync(app.Address);
        await client.GetAsync("/push/sse?cname=a");
        Assert.DoesNotContain(
            "Access-Control", (await client.ReadResponseAsync()).Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Users_are_present_and_can_be_disconnected()
    {
        await using var app = await App.StartAsync();
        using var anna = await RawHttpClient.ConnectAsync(app.Address);
        using var nobody = await RawHttpClient.ConnectAsync(app.Address);
        await anna.SendAsync("GET /push/stream?cname=news HTTP/1.1\r\nHost: a\r\nX-User: anna\r\n\r\n");
        await nobody.GetAsync("/push/stream?cname=news");
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 2);
        await Subscribing.UntilAsync(() => app.Halley.Present("news").Count == 1);
        Assert.Equal(["anna"], app.Halley.Present("news"));
        Assert.Equal(1, app.Halley.Disconnect("anna"));
        await anna.ReadThroughAsync("\"type\":\"401\"");
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") == 1);
        Assert.Empty(app.Halley.Present("news"));
    }

    [Fact]
    public async Task The_API_is_where_the_application_lets_it_be()
    {
        await using var app = await App.StartAsync();
        using var client = new HttpClient();
        var body = """{"channel":"news","data":"hello"}""";
        var path = app.Url("/push-api/publish");
        using var refused = await client.PostAsync(path, new StringContent(body), Ended);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        client.DefaultRequestHeaders.Add("X-User", "backend");
        using var done = await client.PostAsync(path, new StringContent(body), Ended);
        Assert.Contains("\"offset\":1", await done.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
        var tooLong = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('x', (4 << 20) + 1)));
        using var large = await client.PostAsync(path, tooLong, Ended);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Options_that_mean_nothing_stop_the_start_with_what_would_be_right()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => App.StartAsync(options =>
        {
            options.HistorySize = -1;
            options.AllowedOrigins.Add("example");
            options.AllowedOrigins.Add("ftp//x");
        }));
        Assert.Contains("HalleyOptions.HistorySize wants 0 to 1,000,000 messages.", refused.Failures);
    }

    private static async Task<int> StatusOf(App app, string path, string fields)
    {
        using var client = await RawHttpClient.ConnectAsync(app.Address);
        await client.SendAsync(path.Contains("/ws", StringComparison.Ordinal)
            ? RawWebSocket.Handshake(path, fields)
            : $"GET {path} HTTP/1.1\r\nHost: {app.Address}\r\n{fields}\r\n");
        return (await client.ReadResponseAsync(hasBody: false)).Status;
    }
}
