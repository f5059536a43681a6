using System.Net;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Tests;

/// <summary>An application speaks other servers' dialects, on the same channels, under its own rules.</summary>
public sealed class OtherDialects
{
    private const string Connect = """{"id":1,"connect":{}}""";

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_of_Centrifugos_hears_what_the_application_publishes()
    {
        await using var app = await StartAsync();
        using var session = await ConnectAsync(app, "");
        await AskAsync(session, """{"id":2,"subscribe":{"channel":"news"}}""");
        await app.Halley.PublishAsync("news", "hello");
        Assert.Equal(
            """{"push":{"channel":"news","pub":{"data":"hello","offset":1}}}""", await session.ReadTextAsync());
    }

    [Fact]
    public async Task A_session_whose_commands_are_posted_works_below_a_path_base()
    {
        await using var app = await StartAsync(pathBase: "/app");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Url("/app/connection/http_stream"))
        {
            Content = new StringContent(Connect),
        };
        using var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Ended));
        var welcome = System.Text.Json.JsonDocument.Parse((await lines.ReadLineAsync(Ended))!)
            .RootElement.GetProperty("connect");
        var command = System.Text.Json.JsonSerializer.Serialize("""{"id":2,"subscribe":{"channel":"news"}}""");
        var session = $"\"session\":{welcome.GetProperty("session").GetRawText()}";
        using var heard = await client.PostAsync(
            app.Url("/app/connection/emulation"),
            new StringContent($"{{{session},\"node\":{welcome.GetProperty("node").GetRawText()},\"data\":{command}}}"),
            Ended);
        Assert.Equal(HttpStatusCode.NoContent, heard.StatusCode);
        Assert.StartsWith("{\"id\":2,\"subscribe\"", await lines.ReadLineAsync(Ended), StringComparison.Ordinal);
        await app.Halley.PublishAsync("news", "hello");
        Assert.Contains("\"data\":\"hello\"", await lines.ReadLineAsync(Ended), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_channel_policy_decides_about_each_command_and_the_user_is_the_applications()
    {
        await using var app = await StartAsync(
            options => (options.ChannelPolicy, options.PublishPolicy) = ("own", "own"));
        using var anna = await ConnectAsync(app, "anna");
        Assert.Contains(
            "\"code\":103",
            await AskAsync(anna, """{"id":2,"subscribe":{"channel":"of-bert"}}"""),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "{\"id\":3,\"subscribe\"",
            await AskAsync(anna, """{"id":3,"subscribe":{"channel":"of-anna"}}"""),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"code\":103",
            await AskAsync(anna, """{"id":4,"history":{"channel":"of-bert"}}"""),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"code\":103",
            await AskAsync(anna, """{"id":5,"publish":{"channel":"of-bert","data":1}}"""),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"publish\":{}",
            await AskAsync(anna, """{"id":6,"publish":{"channel":"of-anna","data":1}}"""),
            StringComparison.Ordinal);
        Assert.Equal(["anna"], app.Halley.Present("of-anna"));
        Assert.Equal(1, app.Halley.Disconnect("anna"));
    }

    [Fact]
    public async Task A_session_gets_of_what_it_connects_with_what_the_policy_allows()
    {
        await using var app = await StartAsync(options => options.ChannelPolicy = "own");
        using var socket = await OpenAsync(app, "anna");
        var welcome = await AskAsync(socket, """{"id":1,"connect":{"subs":{"of-anna":{},"of-bert":{}}}}""");
        Assert.Contains("\"of-anna\"", welcome, StringComparison.Ordinal);
        Assert.DoesNotContain("\"of-bert\"", welcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_of_Centrifugos_publish_nothing_where_no_policy_lets_them()
    {
        await using var app = await StartAsync();
        using var session = await ConnectAsync(app, "anna");
        Assert.Contains(
            "\"code\":103",
            await AskAsync(session, """{"id":2,"publish":{"channel":"news","data":1}}"""),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ps/sub/of-anna", "anna", 200)]
    [InlineData("/ps/sub/of-anna", "bert", 403)]
    [InlineData("/ps/sub/of-anna", "", 401)]
    [InlineData("/ps/sub/of-bert/of-anna", "bert", 403)]
    [InlineData("/nchan/of-anna", "anna", 200)]
    [InlineData("/nchan/of-anna", "bert", 403)]
    [InlineData("/nchan/of-anna", "", 401)]
    public async Task The_channel_policy_decides_about_each_subscriber(string path, string user, int status)
    {
        await using var app = await StartAsync(options => options.ChannelPolicy = "own");
        using var client = await RawHttpClient.ConnectAsync(app.Address);
        var field = user.Length == 0 ? "" : $"X-User: {user}\r\n";
        await client.SendAsync(
            $"GET {path} HTTP/1.1\r\nHost: {app.Address}\r\nAccept: text/event-stream\r\n{field}\r\n");
        Assert.Equal(status, (await client.ReadResponseAsync(hasBody: false)).Status);
    }

    [Theory]
    [InlineData("/nchan/of-anna", "anna", HttpStatusCode.Accepted)]
    [InlineData("/nchan/of-anna", "bert", HttpStatusCode.Forbidden)]
    [InlineData("/ps/pub?id=of-anna", "anna", HttpStatusCode.OK)]
    [InlineData("/ps/pub?id=of-anna", "bert", HttpStatusCode.Forbidden)]
    public async Task The_publish_policy_decides_about_each_publisher(string path, string user, HttpStatusCode status)
    {
        await using var app = await StartAsync(options => options.PublishPolicy = "own");
        Assert.Equal(status, await PostAsync(app, path, user));
    }

    [Fact]
    public async Task A_message_of_a_publisher_of_push_streams_reaches_every_dialect()
    {
        await using var app = await StartAsync();
        using var events = await RawHttpClient.ConnectAsync(app.Address);
        await events.SendAsync($"GET /nchan/a HTTP/1.1\r\nHost: {app.Address}\r\nAccept: text/event-stream\r\n\r\n");
        using var stream = await RawHttpClient.ConnectAsync(app.Address);
        await stream.GetAsync("/ps/sub/a/b");
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("a") == 2);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(app, "/ps/pub?id=a", "back"));
        await events.ReadThroughAsync("data: hello");
        await stream.ReadThroughAsync("hello");
    }

    [Fact]
    public async Task Conventions_and_origins_hold_for_each_of_them()
    {
        await using var app = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(app, "/ps/pub?id=a", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(app, "/icomet/push?cname=a&content=x", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(app, "/server-api/publish", ""));
        using var page = new HttpClient();
        page.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        using var refused = await page.GetAsync(app.Url("/nchan/a"), Ended);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Back_ends_publish_as_they_do_to_iComet_and_to_Centrifugo()
    {
        await using var app = await StartAsync();
        await using var reader = app.Halley.SubscribeAsync("a", cancellation: Ended).GetAsyncEnumerator(Ended);
        var next = reader.MoveNextAsync();
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("a") == 1);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(app, "/icomet/push?cname=a&content=one", "back", ""));
        Assert.Equal(
            HttpStatusCode.OK,
            await PostAsync(app, "/server-api/publish", "back", """{"channel":"a","data":"two"}"""));
        Assert.True(await next);
        Assert.Equal("one", reader.Current.Text);
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("\"two\"", reader.Current.Text);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using var app = await StartAsync();
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            await PostAsync(app, "/nchan/a", "back", new string('x', (1 << 20) + 1)));
    }

    [Fact]
    public async Task Options_that_mean_nothing_stop_the_start_with_what_would_be_right()
    {
        Assert.Contains("channels_path is missing", await MistakeAsync(
            app => app.MapHalleyPushStream("/sub", PushStreamKind.Streaming)), StringComparison.Ordinal);
        Assert.Contains("nchan_authorize_request asks a server", await MistakeAsync(
            app => app.MapHalleyNchan(
                "/{id}", NchanKind.Subscriber, options => options.AuthorizeRequest = "http://127.0.0.1/")),
            StringComparison.Ordinal);
        Assert.Contains("proxy_connect asks a server", await MistakeAsync(
            app => app.MapHalleyCentrifugo("/c", options => options.ProxyConnect = "http://127.0.0.1/")),
            StringComparison.Ordinal);
        Assert.Contains("header_template_file", await MistakeAsync(
            app => app.MapHalleyPushStream(
                "/{id}", PushStreamKind.Streaming, options => options.HeaderTemplateFile = "x")),
            StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => App.StartAsync(options => options.PushStream.ChannelDeletedMessageText = ""));
        Assert.StartsWith("HalleyOptions.PushStream: channel_deleted_message_text", Assert.Single(refused.Failures));
    }

    private static async Task<string> MistakeAsync(Action<WebApplication> map) => Assert.Single(
        (await Assert.ThrowsAsync<OptionsValidationException>(() => App.StartAsync(map: map))).Failures);

    private static Task<App> StartAsync(Action<HalleyOptions>? configure = null, string? pathBase = null) =>
        App.StartAsync(configure, pathBase: pathBase, protocols: HttpProtocols.Http1, map: app =>
        {
            app.MapHalleyCentrifugo("/connection");
            app.MapHalleyCentrifugoApi("/server-api").RequireAuthorization();
            app.MapHalleyICometAdmin("/icomet").RequireAuthorization();
            app.MapHalleyPushStream("/ps/sub/{**channels}", PushStreamKind.Streaming);
            app.MapHalleyPushStream("/ps/pub", PushStreamKind.Publisher, options => options.ChannelsPath = "$arg_id")
                .RequireAuthorization();
            app.MapHalleyNchan("/nchan/{channel}", NchanKind.Pubsub);
        });

    private static async Task<HttpStatusCode> PostAsync(App app, string path, string user, string body = "hello")
    {
        using var client = new HttpClient();
        if (user.Length > 0)
        {
            client.DefaultRequestHeaders.Add("X-User", user);
        }

        using var content = new StringContent(body);
        using var answer = await client.PostAsync(app.Url(path), content, Ended);
        return answer.StatusCode;
    }

    private static Task<RawWebSocket> OpenAsync(App app, string user) => RawWebSocket.ConnectAsync(
        app.Address, "/connection/websocket", user.Length == 0 ? "" : $"X-User: {user}\r\n");

    private static async Task<RawWebSocket> ConnectAsync(App app, string user)
    {
        var socket = await OpenAsync(app, user);
        Assert.StartsWith("{\"id\":1,\"connect\"", await AskAsync(socket, Connect), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<string> AskAsync(RawWebSocket session, string command)
    {
        await session.SendTextAsync(command);
        return await session.ReadTextAsync();
    }
}
