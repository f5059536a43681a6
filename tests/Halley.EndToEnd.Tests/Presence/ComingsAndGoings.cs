using System.Text;
using Halley.EndToEnd.Tests.Admission;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Presence;

/// <summary>Who comes and goes is told once, to whoever may know, by every dialect and transport.</summary>
public sealed class ComingsAndGoings : IAsyncLifetime
{
    private readonly PresenceServer _server = new();

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_coming_and_a_going_is_heard_by_every_dialect_and_transport()
    {
        var token = PresenceServer.TokenOf("watcher");
        var front = new[] { "/stream", "/sse", "/iframe" };
        var own = new[] { "/stream/room-1:presence", "/events/room-1:presence" };
        var listeners = new List<RawHttpClient>();
        foreach (var (target, isFront) in front
            .Select(path => ($"{path}?cname=room-1:presence", true)).Concat(own.Select(path => (path, false))))
        {
            var client = await RawHttpClient.ConnectAsync(isFront ? _server.Server.Front : _server.Server.Own);
            await PresenceServer.SendAsync(client, target, token);
            listeners.Add(client);
        }

        var events = await RawHttpClient.ConnectAsync(_server.Server.Own);
        await PresenceServer.SendAsync(events, "/nchan?id=room-1:presence", token, "Accept: text/event-stream\r\n");
        listeners.Add(events);
        foreach (var listener in listeners)
        {
            await listener.ReadThroughAsync("200 OK");
        }

        using var socket = await RawWebSocket.ConnectAsync(
            _server.Server.Own, "/socket/room-1:presence", $"Authorization: Bearer {token}\r\n");
        var anna = await _server.ListenAsync("/stream/room-1", PresenceServer.TokenOf("anna"));
        Assert.Matches(
            "^{\"join\":{\"client\":\"[\\w-]{22}\",\"user\":\"anna\",\"since\":\\d+,\"info\":{\"name\":\"anna!\"}}}$",
            await socket.ReadTextAsync());
        foreach (var listener in listeners)
        {
            await listener.ReadThroughAsync("anna!");
        }

        anna.Dispose();
        Assert.StartsWith("{\"leave\":{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        foreach (var listener in listeners)
        {
            await listener.ReadThroughAsync("leave");
            listener.Dispose();
        }
    }

    [Theory]
    [InlineData("/poll?cname=room-2&epoch=EPOCH&seq=SEQ", true)]
    [InlineData("/poll?cname=room-2&seq=SEQ", true)]
    [InlineData("/poll/room-2", false)]
    [InlineData("/nchan?id=room-2", false)]
    public async Task A_poll_that_comes_back_is_the_same_client(string target, bool isFront)
    {
        var token = PresenceServer.TokenOf("paul");
        using var watcher = await _server.WatchAsync("room-2");
        target = target.Replace("EPOCH", await PublishAsync("room-2", "message 1"), StringComparison.Ordinal);
        var address = isFront ? _server.Server.Front : _server.Server.Own;
        using (var first = await RawHttpClient.ConnectAsync(address))
        {
            for (var n = 2; n <= 6; n++)
            {
                await PresenceServer.SendAsync(
                    first, target.Replace("SEQ", $"{n}", StringComparison.Ordinal), token);
                var listed = await _server.UntilListedAsync("room-2", 1);
                Assert.Equal("paul", listed[0].GetProperty("user").GetString());
                await PublishUntilAsync("room-2", HearAsync(first));
            }
        }

        var heard = Encoding.Latin1.GetString(await watcher.ReadThroughAsync("leave"));
        Assert.Equal(1, heard.Split("\"join\"").Length - 1);
        await _server.UntilListedAsync("room-2", 0);
    }

    [Fact]
    public async Task Who_has_no_name_counts_where_presence_is_on_and_not_elsewhere()
    {
        using var one = await _server.ListenAsync("/open/hall-1", null);
        using var other = await _server.ListenAsync("/open/hall-1", null);
        using var elsewhere = await _server.ListenAsync("/open/elsewhere", null);
        var listed = await _server.UntilListedAsync("hall-1", 2);
        Assert.All(listed, client => Assert.Equal("", client.GetProperty("user").GetString()));
        await _server.UntilListedAsync("elsewhere", 0);

        var gone = await AdmissionServer.AskAsync(_server.Server, "disconnect", """{"channel":"hall-1"}""");
        Assert.Equal(2, gone.GetProperty("disconnected").GetInt32());
        await _server.UntilListedAsync("hall-1", 0);
    }

    [Fact]
    public async Task Two_of_one_user_are_two_clients()
    {
        using var watcher = await _server.WatchAsync("room-3");
        var first = await _server.ListenAsync("/stream/room-3", PresenceServer.TokenOf("eva"));
        using var second = await _server.ListenAsync("/events/room-3", PresenceServer.TokenOf("eva"));
        await watcher.ReadThroughAsync("join");
        await watcher.ReadThroughAsync("join");
        var listed = await _server.UntilListedAsync("room-3", 2);
        Assert.Equal(2, listed.Select(client => client.GetProperty("client").GetString()).Distinct().Count());
        first.Dispose();
        await watcher.ReadThroughAsync("leave");
        await _server.UntilListedAsync("room-3", 1);
    }

    private static async Task HearAsync(RawHttpClient client) =>
        _ = await (await client.ReadResponseAsync()).ReadBodyAsync();

    // Who has just gone is listed still: a poll may be there before or after what is published.
    private async Task PublishUntilAsync(string channel, Task hearing)
    {
        while (!hearing.IsCompleted)
        {
            await PublishAsync(channel, "message");
            await Task.WhenAny(hearing, Task.Delay(100, TestContext.Current.CancellationToken));
        }

        await hearing;
    }

    private async Task<string> PublishAsync(string channel, string text) => (await AdmissionServer.AskAsync(
        _server.Server, "publish", $$"""{"channel":"{{channel}}","data":"{{text}}","history_size":0}"""))
        .GetProperty("epoch").GetString()!;
}
