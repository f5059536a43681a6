using System.Text.Json;
using Halley.EndToEnd.Tests.Admission;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Presence;

/// <summary>A server where rooms tell who comes and goes.</summary>
/// <param name="engine">Keys of its section.</param>
/// <param name="more">Further sections, each with a comma behind it.</param>
public sealed class PresenceServer(string engine = "", string more = "") : IAsyncDisposable
{
    public JsonServer Server { get; private set; } = null!;

    public async Task StartAsync() => Server = await JsonServer.StartAsync(
        """
        { "location": "~ ^/stream/(.*)$", "kind": "streaming", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/events/(.*)$", "kind": "eventsource", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/poll/(.*)$", "kind": "long-polling", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/socket/(.*)$", "kind": "websocket", "channels_path": "$1", "auth": "jwt" },
        { "location": "~ ^/open/(.*)$", "kind": "streaming", "channels_path": "$1" },
        { "location": "= /nchan", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id", "auth": "jwt" }
        """,
        more: SignedToken.Section + more + $$"""
        "engine": { {{engine}} "reactors": 2 },
        "namespaces": [
          { "prefix": "room-", "presence": "anyone", "join_leave": true, "history_size": 100 },
          { "prefix": "hall-", "presence": "nobody" }
        ],
        """,
        front: """
        "auth": "jwt",
        """);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A token for all channels.</summary>
    public static string TokenOf(string user) => SignedToken.Of($$"""
        "sub":"{{user}}","info":{"name":"{{user}}!"},"subscribe":["*"],"publish":["*"]
        """);

    /// <summary>Listens, and returns once the answer has begun.</summary>
    public async Task<RawHttpClient> ListenAsync(string target, string? token)
    {
        var client = await RawHttpClient.ConnectAsync(Server.Own);
        await SendAsync(client, target, token);
        await client.ReadThroughAsync("\r\n\r\n");
        return client;
    }

    public static Task SendAsync(RawHttpClient client, string target, string? token, string fields = "") =>
        client.SendAsync(
            $"GET {target} HTTP/1.1\r\nHost: halley\r\n{fields}"
                + (token is null ? "\r\n" : $"Authorization: Bearer {token}\r\n\r\n"));

    /// <summary>Listens to who comes and goes.</summary>
    public Task<RawHttpClient> WatchAsync(string channel) =>
        ListenAsync($"/stream/{channel}:presence.b100", TokenOf("watcher"));

    /// <summary>Whom the API lists, until that is as it should be.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilListedAsync(string channel, int count)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await AdmissionServer.AskAsync(Server, "presence", $$"""{"channel":"{{channel}}"}""");
            var clients = answer.GetProperty("clients").EnumerateArray().ToList();
            if (clients.Count == count)
            {
                return clients;
            }

            Assert.True(
                System.Diagnostics.Stopwatch.GetElapsedTime(started) < RawHttpClient.Patience,
                $"{clients.Count} are listed, and not {count}");
            await Task.Delay(20);
        }
    }

    /// <summary>What was published of comings and goings, in its order, until something is.</summary>
    public async Task<List<(string What, string User)>> SaidUntilAsync(string channel, params (string, string)[] last)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var history = await AdmissionServer.AskAsync(
                Server, "history", $$"""{"channel":"{{channel}}:presence","limit":100}""");
            List<(string, string)> said =
            [
                .. from message in history.GetProperty("publications").EnumerateArray()
                   let one = JsonElement.Parse(message.GetProperty("data").GetString()!).EnumerateObject().First()
                   select (one.Name, one.Value.GetProperty("user").GetString()!),
            ];
            if (Array.TrueForAll(last, said.Contains))
            {
                return said;
            }

            Assert.True(
                System.Diagnostics.Stopwatch.GetElapsedTime(started) < RawHttpClient.Patience, string.Join(' ', said));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
