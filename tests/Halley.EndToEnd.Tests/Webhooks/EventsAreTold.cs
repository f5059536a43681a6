using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Webhooks;

/// <summary>
/// What an operator's own server hears of a Halley's channels, and what becomes of that when it is gone.
/// </summary>
public sealed class EventsAreTold : IDisposable
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const string Nothing = """{ "location": "/", "kind": "nothing" }""";

    private readonly RawBackend _receiver = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");

    public void Dispose()
    {
        _receiver.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_subscriber_and_a_message_are_told_signed_with_workers_too(int workers)
    {
        await using var server = await JsonServer.StartAsync(
            Nothing, $"\"engine\": {{ \"workers\": {workers} }}, {Webhooks()}");
        using var subscriber = await RawHttpClient.ConnectAsync(server.Front);
        await subscriber.GetAsync("/stream?cname=chat:1");
        await (await subscriber.ReadResponseAsync()).ReadChunkAsync();
        await PushAsync(server.Admin, "chat:1", "hello");

        var events = await HearAsync(2);

        Assert.Equal(
            ["channel_occupied chat:1 -", "publication chat:1 hello"],
            events.Select(one => $"{Text(one, "event")} {Text(one, "channel")} {Text(one, "data")}").Order());
    }

    [Fact]
    public async Task What_could_not_be_told_is_told_after_a_crash()
    {
        await using var server = await JsonServer.StartAsync(
            Nothing, $"\"storage\": {{ \"path\": \"{_folder.FullName}/data\" }}, {Webhooks()}");
        await PushAsync(server.Admin, "chat:1", "one");
        string id;
        using (var connection = await _receiver.AcceptAsync())
        {
            id = Text(EventsOf(await connection.ReadRequestAsync())[0], "id");
            await server.RestartAsync();
        }

        await PushAsync(server.Admin, "chat:1", "two");

        var events = await HearAsync(2);
        Assert.Equal(["one", "two"], events.Select(one => Text(one, "data")));
        Assert.Equal(id, Text(events[0], "id"));
    }

    [Fact]
    public async Task Two_servers_over_Redis_tell_once_and_a_receiver_that_does_not_answer_keeps_nobody_waiting()
    {
        using var redis = new RedisServer();
        await TellOnceAsync($"\"url\": \"redis://{redis.Address}\"");
    }

    [Fact]
    public async Task Two_servers_over_a_cluster_of_Redis_do_so_too()
    {
        using var cluster = new RedisCluster();
        await TellOnceAsync(
            $"\"url\": \"redis://{string.Join(',', cluster.Servers.Select(one => one.Address))}\", \"cluster\": true");
    }

    private async Task TellOnceAsync(string redis)
    {
        var redisToo = $"\"redis\": {{ {redis} }}, {Webhooks()}";
        await using var a = await JsonServer.StartAsync(Nothing, redisToo);
        await using var b = await JsonServer.StartAsync(Nothing, redisToo);
        using var connection = await FirstFailsAsync(a);

        for (var i = 1; i <= 20; i++)
        {
            await PushAsync(i % 2 == 0 ? a.Admin : b.Admin, "chat:1", $"{i}");
        }

        var events = new List<JsonElement>();
        await ReadAsync(connection, events, 21);
        Assert.Equal(Enumerable.Range(1, 21), events.Select(one => one.GetProperty("offset").GetInt32()));
    }

    // The first request is left unanswered until something else has been done.
    private async Task<RawQuestions> FirstFailsAsync(JsonServer server)
    {
        await PushAsync(server.Admin, "chat:1", "first");
        var connection = await _receiver.AcceptAsync();
        await connection.ReadRequestAsync();
        await PushAsync(server.Admin, "other", "nobody waits");
        await connection.AnswerAsync("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        return connection;
    }

    private string Webhooks()
    {
        var file = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(file, Secret + "\n");
        return $$"""
            "webhooks": [ { "name": "app", "url": "{{_receiver.Url}}/halley?a=b", "secret_file": "{{file}}",
              "events": ["channel_occupied", "publication"], "prefixes": ["chat:"] } ],
            """;
    }

    private static async Task PushAsync(IPEndPoint admin, string channel, string content)
    {
        using var publisher = await RawHttpClient.ConnectAsync(admin);
        await publisher.PostAsync("/push", $"cname={channel}&content={content}");
        Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
    }

    private async Task<List<JsonElement>> HearAsync(int count)
    {
        var events = new List<JsonElement>();
        using var connection = await _receiver.AcceptAsync();
        await ReadAsync(connection, events, count);
        return events;
    }

    private static async Task ReadAsync(RawQuestions connection, List<JsonElement> events, int count)
    {
        while (events.Count < count)
        {
            events.AddRange(EventsOf(await connection.ReadRequestAsync()));
            await connection.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    }

    // As docs/webhooks.md says how to check it.
    private static List<JsonElement> EventsOf(string request)
    {
        Assert.StartsWith("POST /halley?a=b HTTP/1.1\r\n", request, StringComparison.Ordinal);
        var body = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        const string Name = "X-Halley-Signature: ";
        var field = request.Split("\r\n").Single(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        var parts = field[Name.Length..].Split(',').Select(part => part.Split('=', 2)).ToList();
        var time = parts.Single(part => part[0] == "t")[1];
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.Latin1.GetBytes($"{time}.{body}"));
        Assert.Equal(Convert.ToHexStringLower(signature), parts.Single(part => part[0] == "v1")[1]);
        Assert.InRange(
            long.Parse(time, CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), -60, 60);
        using var json = JsonDocument.Parse(body);
        return [.. json.RootElement.GetProperty("events").EnumerateArray().Select(one => one.Clone())];
    }

    private static string Text(JsonElement one, string name) =>
        one.TryGetProperty(name, out var value) ? value.GetString()! : "-";
}
