using Halley.Client;
using Halley.Testing;
using Halley.TestServer;

namespace Halley.AspNetCore.Tests;

/// <summary>A program that uses Halley is tested against a server in the memory of its test.</summary>
public sealed class OtherPeoplesTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_subscribes_and_publishes()
    {
        await using var server = await HalleyTestServer.StartAsync();
        using var client = ClientOf(server);
        await using var items = client.SubscribeAsync("news", null, Ended).GetAsyncEnumerator(Ended);
        var next = items.MoveNextAsync().AsTask();
        await server.WaitForSubscribersAsync("news", 1, Ended);
        await client.PublishAsync("news", "hello", cancellationToken: Ended);
        Assert.True(await next);
        Assert.Equal("hello", Assert.IsType<ChannelMessage>(items.Current).Text);
    }

    [Fact]
    public async Task A_client_whose_connection_is_cut_misses_nothing()
    {
        await using var server = await HalleyTestServer.StartAsync();
        using var client = ClientOf(server);
        await using var items = client.SubscribeAsync("news", null, Ended).GetAsyncEnumerator(Ended);
        var next = items.MoveNextAsync().AsTask();
        await server.WaitForSubscribersAsync("news", 1, Ended);
        await server.Halley.PublishAsync("news", "1");
        Assert.True(await next);

        server.IsAway = true;
        await Subscribing.UntilAsync(() => server.Halley.CountSubscribers("news") == 0);
        await server.Halley.PublishAsync("news", "2");
        next = items.MoveNextAsync().AsTask();
        server.IsAway = false;

        Assert.True(await next.WaitAsync(RawHttpClient.Patience, Ended));
        Assert.Equal("2", Assert.IsType<ChannelMessage>(items.Current).Text);
    }

    [Fact]
    public async Task A_client_of_a_channel_that_was_forgotten_is_told_reset()
    {
        await using var server = await HalleyTestServer.StartAsync();
        using var client = ClientOf(server);
        await using var items = client.SubscribeAsync("news", null, Ended).GetAsyncEnumerator(Ended);
        var next = items.MoveNextAsync().AsTask();
        await server.WaitForSubscribersAsync("news", 1, Ended);
        await server.Halley.PublishAsync("news", "1");
        Assert.True(await next);

        Assert.True(server.Forget("news"));
        Assert.False(server.Forget("nothing"));

        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(RawHttpClient.Patience, Ended));
        Assert.IsType<ChannelReset>(items.Current);
    }

    private static HalleyClient ClientOf(HalleyTestServer server) => new(new HalleyClientOptions
    {
        FrontAddress = server.FrontAddress,
        ApiAddress = server.ApiAddress,
        MinReconnectDelay = Soon,
        MaxReconnectDelay = Soon,
    });
}
