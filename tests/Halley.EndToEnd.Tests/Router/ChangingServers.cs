using System.Net;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Router;

/// <summary>A router whose file lists other servers than before, and that is told so by SIGHUP.</summary>
public sealed class ChangingServers : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");
    private readonly List<RawHttpClient> _clients = [];
    private ICometServer[] _servers = [];
    private RouterProcess? _router;

    private RouterProcess Router => _router!;

    private string File => Path.Combine(_folder.FullName, "halley.json");

    public async ValueTask InitializeAsync()
    {
        _servers = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => ICometServer.StartAsync(new ICometConf { ChannelTimeout = 2 })));
        List("a", "b");
        _router = new RouterProcess(File);
        await _router.StartAsync(servers: 2);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (_router is not null)
        {
            await _router.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Servers_are_added_and_removed_and_those_that_stay_notice_nothing()
    {
        var subscriber = await SubscribeAsync(await Router.SignAsync("x"), "x");
        await PushAsync("x", "before", subscriber);

        await TakeAsync("a", "b", "c");
        await PushAsync("x", "added", subscriber);
        string? atC = null;
        for (var number = 0; atC is null; number++)
        {
            Assert.InRange(number, 0, 100);
            atC = (await Router.SignAsync($"c{number}")).Equals(_servers[2].Front) ? $"c{number}" : null;
        }

        await TakeAsync("a", "b");
        await PushAsync("x", "removed", subscriber);
        Assert.NotEqual(_servers[2].Front, await Router.SignAsync(atC));
        Assert.Equal(1, RouterProcess.Count(Router.Output, "The presence feed of a is followed"));
    }

    [Theory]
    [InlineData("{", "this is not JSON")]
    [InlineData(
        "{ \"router\": { \"servers\": [ \"a\" ] } }", "router.servers is \"a\"; it wants NAME ADMIN-URL FRONT-URL")]
    [InlineData("{ \"router\": { \"servers\": [] } }", "router.servers is empty")]
    [InlineData(null, "there is no such file")]
    public async Task A_list_that_cannot_be_used_changes_nothing_and_the_log_says_why(string? file, string why)
    {
        var subscriber = await SubscribeAsync(await Router.SignAsync("x"), "x");
        System.IO.File.Delete(File);
        if (file is not null)
        {
            await System.IO.File.WriteAllTextAsync(File, file, TestContext.Current.CancellationToken);
        }

        Router.HangUp();
        await Router.UntilSaidAsync("SIGHUP: the servers stay as they were: ");

        Assert.Contains(why, Router.Output, StringComparison.Ordinal);
        await PushAsync("x", "hi", subscriber);
    }

    private void List(params string[] names) => System.IO.File.WriteAllText(File, JsonSerializer.Serialize(new
    {
        router = new
        {
            servers = names
                .Select(name => (Name: name, Server: _servers[name[0] - 'a']))
                .Select(one => $"{one.Name} http://{one.Server.Admin} http://{one.Server.Front}"),
        },
    }));

    private Task TakeAsync(params string[] names)
    {
        List(names);
        Router.HangUp();
        return Router.UntilAsync("/routes?limit=0", routes => RouterProcess.Count(routes, "\"name\"") == names.Length
            && RouterProcess.Count(routes, "\"state\":\"up\",\"followed\":true") == names.Length);
    }

    private async Task<RawResponse> SubscribeAsync(IPEndPoint front, string channel)
    {
        var client = await RawHttpClient.ConnectAsync(front);
        _clients.Add(client);
        await client.GetAsync($"/stream?cname={channel}&seq=1");
        return await client.ReadResponseAsync();
    }

    private async Task PushAsync(string channel, string text, RawResponse subscriber)
    {
        Assert.Equal((200, "{\"type\":\"ok\"}\n"), await Router.AskAsync($"/push?cname={channel}&content={text}"));
        Assert.Equal(
            text,
            JsonDocument.Parse((await subscriber.ReadChunkAsync())!).RootElement.GetProperty("content").GetString());
    }
}
