using System.Diagnostics;
using System.Globalization;
using Halley.Broker;
using Halley.Testing;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>
/// Connections over which messages are heard break, or pass nothing on: nobody misses a message without being told.
/// </summary>
public sealed class LinkTests : IDisposable
{
    private readonly RedisServer _redis = new();

    public void Dispose() => _redis.Dispose();

    [Fact]
    public async Task Connections_that_break_while_much_is_published_lose_and_repeat_nothing()
    {
        const int Messages = 400;
        using var nodes = new RedisNodes(_redis);
        string[] channels = ["a", "b", "c", "d"];
        var clients =
            channels.SelectMany(channel => (ReturningClient[])[new(nodes, 0, channel), new(nodes, 1, channel)])
                .ToArray();
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");

        var publishing = Task.WhenAll(channels.Select((channel, turn) => Task.Run(async () =>
        {
            for (var n = 1; n <= Messages; n++)
            {
                await nodes.Publish(turn % 2, channel, n.ToString(CultureInfo.InvariantCulture));
            }
        })));
        var killed = 0;
        while (!publishing.IsCompleted)
        {
            var heard = clients.Sum(client => client.Count);
            killed += int.Parse(_redis.Ask("CLIENT", "KILL", "TYPE", "pubsub")[1..], CultureInfo.InvariantCulture);
            await nodes.Until(
                () => publishing.IsCompleted || clients.Sum(client => client.Count) > heard + 100, "it goes on");
        }

        await publishing;
        Assert.True(killed > 0, "connections were ended while it published");
        var all = string.Join(' ', Enumerable.Range(1, Messages));
        await nodes.Until(() => clients.All(client => client.Count >= Messages), () => clients.Told());
        Assert.All(clients, client => Assert.Equal(all, client.Told));
    }

    [Fact]
    public async Task A_message_that_is_not_passed_on_is_found_by_the_next_check()
    {
        using var way = new TcpSwitch(_redis.Port);
        using var nodes = Nodes(way);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        var connections = way.Accepted;

        // The probes of the link come through.
        way.Swallow("halley:p:news");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), () => clients.Told());
        Assert.Equal(connections, way.Accepted);
    }

    [Fact]
    public async Task A_clearing_that_is_not_passed_on_is_found_by_the_next_check()
    {
        using var way = new TcpSwitch(_redis.Port);
        using var nodes = Nodes(way);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), () => clients.Told());

        way.Swallow("halley:p:news");
        await nodes.BrokerOf(0).Clear("news"u8);

        await nodes.Until(
            () => nodes.HubOf(0).Find("news"u8)!.StoredCount + nodes.HubOf(1).Find("news"u8)!.StoredCount == 0,
            "both have forgotten it");
    }

    [Fact]
    public async Task A_link_that_passes_nothing_on_is_made_anew()
    {
        using var way = new TcpSwitch(_redis.Port);
        using var nodes = Nodes(way);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        var connections = way.Accepted;

        way.Swallow("$7\r\nmessage\r\n");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), () => clients.Told());
        await nodes.Until(() => !nodes[0].IsReady, "its probes are missing");
        await nodes.Until(
            () => way.Accepted >= connections + 4 && nodes[0].IsReady && nodes[1].IsReady,
            "other connections are ready");

        // Heard, and not found by a check: both would be told it by then, too, but in time one by one.
        for (var n = 2; n <= 5; n++)
        {
            await nodes.Publish(n % 2, "news", n.ToString(CultureInfo.InvariantCulture));
        }

        await nodes.Until(() => clients.All(client => client.Told == "one 2 3 4 5"), () => clients.Told());
    }

    [Fact]
    public async Task What_could_not_be_subscribed_to_when_the_link_was_made_anew_is_subscribed_to_later()
    {
        using var way = new TcpSwitch(_redis.Port);
        using var nodes = Nodes(way);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");
        Assert.Contains(":2\r\n", _redis.Ask("PUBSUB", "NUMSUB", "halley:p:news"), StringComparison.Ordinal);

        // Redis breaks the connections that hear what they may not.
        _redis.Ask("ACL", "SETUSER", "default", "resetchannels", "&halley:c*");
        await nodes.Until(
            () => _redis.Ask("PUBSUB", "NUMSUB", "halley:c").Contains(":2\r\n", StringComparison.Ordinal),
            "they have connected again");
        var connections = way.Accepted;
        way.Swallow("$7\r\nmessage\r\n");
        await nodes.Until(
            () => way.Accepted >= connections + 4 && nodes[0].IsReady && nodes[1].IsReady, "both links are made anew");
        Assert.Contains(":0\r\n", _redis.Ask("PUBSUB", "NUMSUB", "halley:p:news"), StringComparison.Ordinal);

        _redis.Ask("ACL", "SETUSER", "default", "allchannels");
        await nodes.Until(
            () => _redis.Ask("PUBSUB", "NUMSUB", "halley:p:news").Contains(":2\r\n", StringComparison.Ordinal),
            "both hear it again");
        await nodes.Publish(0, "news", "one");
        await nodes.Until(() => clients.All(client => client.Told == "one"), () => clients.Told());
    }

    [Fact]
    public async Task What_could_not_be_followed_is_not_subscribed_to_later()
    {
        using var nodes = new RedisNodes(_redis);
        _redis.Kill();
        await nodes.Until(() => !nodes[0].IsReady && !nodes[1].IsReady, "both have noticed");
        var client = new ReturningClient(nodes, 0, "news");
        await nodes.Until(() => client.Failures > 0, "it cannot be served");
        client.Leave();
        _redis.Start();
        await nodes.Until(() => nodes[0].IsReady, "it is ready again");

        var other = new ReturningClient(nodes, 0, "other");
        await nodes.Until(() => other.IsAttached, "it is attached");
        await nodes.Publish(0, "other", "one");
        await nodes.Until(() => other.Told == "one", "it hears");
        Assert.Contains(":0\r\n", _redis.Ask("PUBSUB", "NUMSUB", "halley:p:news"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_too_large_for_what_Redis_buffers_are_read_instead()
    {
        _redis.Ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 65536 1");
        using var nodes = new RedisNodes(_redis);
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");

        string[] texts =
            [.. Enumerable.Range(0, 40).Select(n => new string((char)('a' + (n % 26)), n % 2 == 0 ? 1 : 200_000))];
        foreach (var text in texts)
        {
            await nodes.Publish(0, "news", text);
        }

        await nodes.Until(
            () => clients.All(client => client.Count >= texts.Length),
            () => $"{clients[0].Count} and {clients[1].Count} of {texts.Length}");
        Assert.All(
            clients, client => Assert.True(client.Told == string.Join(' ', texts), "each is told all, in order"));
        Assert.DoesNotContain(
            "client_output_buffer_limit_disconnections:0\r", _redis.Ask("INFO", "stats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_kept_no_more_when_it_was_missed_is_told()
    {
        _redis.Ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 65536 65536 1");
        using var nodes = new RedisNodes(_redis, options => options with { HistorySize = 2 });
        ReturningClient[] clients = [new(nodes, 0, "news"), new(nodes, 1, "news")];
        await nodes.Until(() => clients.All(client => client.IsAttached), "all are attached");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => nodes.Publish(0, "news", new string('x', 200_000))));
        await nodes.Until(
            () => clients.All(client => client.Place.Offset == 41), () => $"{clients[0].Place} and {clients[1].Place}");

        Assert.All(clients, client => Assert.Equal("", client.Faults));
        Assert.All(clients, client => Assert.Contains("Interrupted Gap", client.Told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pubsub")]
    [InlineData("normal")]
    public async Task Many_channels_are_followed_again(string connections)
    {
        const int Channels = 20_000;
        using var nodes = new RedisNodes(_redis, options => options with { Timeout = TimeSpan.FromSeconds(20) });
        var clients = new ReturningClient[Channels];
        for (var from = 0; from < Channels; from += 1000)
        {
            var some = clients.AsSpan(from, 1000);
            for (var n = 0; n < some.Length; n++)
            {
                some[n] = new ReturningClient(nodes, 0, $"channel{from + n}");
            }

            await nodes.Until(
                () => clients.AsSpan(from, 1000).ToArray().All(client => client.IsAttached), "a thousand are attached");
        }

        _redis.Ask("CLIENT", "KILL", "TYPE", connections);
        var started = Stopwatch.GetTimestamp();
        for (var from = 0; from < Channels; from += 1000)
        {
            await Task.WhenAll(Enumerable.Range(from, 1000).Select(n => PublishAtLeastOnce(nodes, $"channel{n}")));
        }

        await nodes.Until(
            () => clients.All(client => client.Count > 0),
            () => $"{clients.Count(client => client.Count == 0)} of {Channels} have not heard");
        Assert.All(
            clients, client => Assert.True(
                client.Faults == "" && client.Told.StartsWith("one", StringComparison.Ordinal), client.Told));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Channels} channels, {connections} connections broken: all heard after "
                + $"{Stopwatch.GetElapsedTime(started)}");
    }

    // Where a connection broke meanwhile it may have been done, or not.
    private static async Task PublishAtLeastOnce(RedisNodes nodes, string channel)
    {
        for (var left = 100; ; left--)
        {
            try
            {
                await nodes.Publish(1, channel, "one");
                return;
            }
            catch (BrokerException) when (left > 0)
            {
                await Task.Delay(50);
            }
        }
    }

    private RedisNodes Nodes(TcpSwitch way) =>
        new(_redis, options => options with { Connection = new ConfigurationOptions { EndPoints = { way.Address } } });
}
