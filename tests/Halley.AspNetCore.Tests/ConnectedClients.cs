using System.Text.Json;
using Halley.Testing;

namespace Halley.AspNetCore.Tests;

/// <summary>Back ends of an application see, explain and end what is held for its clients.</summary>
public sealed class ConnectedClients
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_are_listed_and_disconnected_whether_they_have_a_name_or_not()
    {
        await using var app = await App.StartAsync();
        using var anna = await SubscribeAsync(app, "/push/stream?cname=news", "anna");
        using var nobody = await SubscribeAsync(app, "/push/sse?cname=news", "");

        var clients = (await AskAsync(app, "clients", """{"channel":"news"}""")).GetProperty("clients");
        var (first, second) = (clients[0], clients[1]);
        Assert.Equal(("anna", "stream"), (Text(first, "user"), Text(first, "transport")));
        Assert.Equal(("", "event-stream"), (Text(second, "user"), Text(second, "transport")));
        Assert.Equal($"{nobody.LocalEndPoint}", Text(second, "address"));
        Assert.Equal($"{app.Address}", Text(second, "listener"));

        var ended = await AskAsync(app, "disconnect", $$"""{"client":"{{Text(second, "client")}}"}""");
        Assert.Equal(1, ended.GetProperty("disconnected").GetInt32());
        await nobody.ReadThroughAsync("0\r\n\r\n");
        await AskAsync(app, "disconnect", $$"""{"client":"{{Text(first, "client")}}"}""");
        await anna.ReadThroughAsync("\"type\":\"401\"");
        Assert.Equal(0, (await AskAsync(app, "clients", "{}")).GetProperty("clients").GetArrayLength());
    }

    [Fact]
    public async Task What_happens_to_a_watched_client_is_told()
    {
        await using var app = await App.StartAsync();
        await AskAsync(app, "explain", """{"user":"anna"}""");
        using var anna = await SubscribeAsync(app, "/push/stream?cname=news", "anna");
        await app.Halley.PublishAsync("news", "hello");
        await anna.ReadThroughAsync("hello");

        var told = (await AskAsync(app, "explain", """{"user":"anna"}""")).GetProperty("clients")[0];
        Assert.Equal(
            ["watched", "asked", "told", "delivered"],
            told.GetProperty("events").EnumerateArray().Select(one => Text(one, "event")));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<RawHttpClient> SubscribeAsync(App app, string path, string user)
    {
        var before = app.Halley.CountSubscribers("news");
        var client = await RawHttpClient.ConnectAsync(app.Address);
        var field = user.Length == 0 ? "" : $"X-User: {user}\r\n";
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {app.Address}\r\n{field}\r\n");
        await Subscribing.UntilAsync(() => app.Halley.CountSubscribers("news") > before);
        return client;
    }

    private static async Task<JsonElement> AskAsync(App app, string command, string body)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-User", "backend");
        using var answer = await client.PostAsync(app.Url($"/push-api/{command}"), new StringContent(body), Ended);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ended));
    }
}
