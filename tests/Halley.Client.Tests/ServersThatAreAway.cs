using System.Collections.Concurrent;
using Halley.Testing;

namespace Halley.Client.Tests;

public sealed class ServersThatAreAway
{
    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task A_subscriber_is_told_why_it_does_not_connect(HalleyTransport transport)
    {
        // Nobody listens there.
        using var port = new ReservedPort();
        using var leaving = new CancellationTokenSource(RawHttpClient.Patience);
        var lost = new ConcurrentQueue<Disconnection>();
        using var client = new HalleyClient(new HalleyClientOptions
        {
            FrontAddress = new Uri($"http://{port.OnLoopback}/"),
            Transport = transport,
            MinReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(1),
            Disconnected = one =>
            {
                lost.Enqueue(one);
                if (lost.Count == 3)
                {
                    leaving.Cancel();
                }
            },
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.SubscribeAsync("news", cancellationToken: leaving.Token))
            {
            }
        });

        Assert.Equal(3, lost.Count);
        Assert.All(lost, one => Assert.Contains("refused", one.Reason, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_publisher_is_told_that_nothing_left()
    {
        using var port = new ReservedPort();
        using var client = new HalleyClient(new HalleyClientOptions
        {
            ApiAddress = new Uri($"http://{port.OnLoopback}/api/"),
            RetryTimeout = TimeSpan.Zero,
        });

        var error = await Assert.ThrowsAsync<HalleyException>(() => client.PublishAsync(
            "news", "hello", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((HalleyErrorCode.NoAnswer, false), (error.Code, error.MayHaveHappened));
    }

    [Fact]
    public async Task A_client_that_was_disposed_ends_its_subscribers()
    {
        using var port = new ReservedPort();
        HalleyClient? client = null;
        client = new HalleyClient(new HalleyClientOptions
        {
            FrontAddress = new Uri($"http://{port.OnLoopback}/"),
            MinReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(1),
            Disconnected = _ => client!.Dispose(),
        });

        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (var _ in client.SubscribeAsync(
                "news", cancellationToken: TestContext.Current.CancellationToken))
            {
            }
        });
    }
}
