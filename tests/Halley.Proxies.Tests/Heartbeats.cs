using System.Text.Json;

namespace Halley.Proxies.Tests;

/// <summary>Silence is broken before a proxy takes it for the end.</summary>
public sealed class Heartbeats(HastyServer server)
{
    [Theory]
    [MemberData(nameof(EveryTransport.AllWays), MemberType = typeof(EveryTransport))]
    public Task They_keep_every_transport_open_longer_than_a_proxy_waits(Way way) =>
        Task.WhenAll(Subscriber.Transports.Select(transport => StayAsync(way, transport)));

    private async Task StayAsync(Way way, string transport)
    {
        var channel = $"{way}-{transport}";
        await EveryTransport.PublishAsync(server, channel, "first");
        await using var subscriber = await Subscriber.OpenAsync(server, way, transport, channel, seq: 2);

        // Two seconds each, and a proxy gives up after three.
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal("noop", EveryTransport.TypeOf(await subscriber.NextAsync()));
        }

        await EveryTransport.PublishAsync(server, channel, "last");
        JsonElement message;
        do
        {
            message = await subscriber.NextAsync();
        }
        while (EveryTransport.TypeOf(message) == "noop");

        Assert.Equal((2, "last"), EveryTransport.Data(message));
    }
}
