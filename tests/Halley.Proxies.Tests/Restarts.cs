using System.Net;
using System.Text.Json;

namespace Halley.Proxies.Tests;

/// <summary>
/// Halley is killed and started again behind proxies that go on: a subscriber is told by the end of its answer, and
/// comes back.
/// </summary>
public sealed class Restarts : IAsyncLifetime
{
    private readonly ProxiedServer _server = new(600, "600s");

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_transport_comes_back_with_its_number_every_way()
    {
        var places =
            (
                from way in Enum.GetValues<Way>()
                from transport in Subscriber.Transports
                select (Way: way, Transport: transport, Channel: $"{way}-{transport}"))
                .ToList();
        var subscribers = new List<Subscriber>();
        foreach (var (way, transport, channel) in places)
        {
            await EveryTransport.PublishAsync(_server, channel, "before");
            subscribers.Add(await Subscriber.OpenAsync(_server, way, transport, channel, seq: 1));
            Assert.Equal("before", (await subscribers[^1].NextAsync()).GetProperty("content").GetString());
        }

        await _server.Server.Process.KillAsync();
        foreach (var subscriber in subscribers)
        {
            await Assert.ThrowsAnyAsync<Exception>(subscriber.NextAsync);
            await subscriber.DisposeAsync();
        }

        foreach (var way in Enum.GetValues<Way>())
        {
            using var client = _server.Client(way);
            using var answer = await client.GetAsync(
                new Uri("poll?cname=a", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(
                way.IsHaproxy() ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.BadGateway, answer.StatusCode);
        }

        await _server.StartAgainAsync();
        foreach (var (way, transport, channel) in places)
        {
            await using var subscriber = await Subscriber.OpenAsync(_server, way, transport, channel, seq: 2);
            Assert.Equal(("next_seq", 1), TypeAndSeq(await subscriber.NextAsync()));
            await EveryTransport.PublishAsync(_server, channel, "after");
            var message = await subscriber.NextAsync();
            Assert.Equal(("data", 1), TypeAndSeq(message));
            Assert.Equal("after", message.GetProperty("content").GetString());
        }
    }

    private static (string Type, int Seq) TypeAndSeq(JsonElement message) =>
        (message.GetProperty("type").GetString()!, message.GetProperty("seq").GetInt32());
}
