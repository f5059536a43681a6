using Halley.Broker;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>A publisher that is faster than its subscribers are told waits for its answer.</summary>
public sealed class OutrunningPublishers : IDisposable
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly ManualDispatcher _other = new();
    private readonly Hub _hub = new(new HubOptions(), new ManualTime());

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task It_is_answered_when_what_it_published_is_told()
    {
        var subscriber = _hub.FindOrCreate("news"u8)!.Join(_dispatcher);
        var (before, held) = Fill("news");
        Assert.InRange(before, 8, 64);
        Assert.Equal(1, _hub.WaitingPublishers);
        for (var told = 0; told < before; told++)
        {
            Assert.False(held.IsCompleted);
            _dispatcher.RunSlice(1);
        }

        _dispatcher.RunAll();
        var result = await held;
        Assert.Equal((PublishStatus.Published, before + 1), (result.Status, result.Position.Offset));
        Assert.Equal(before + 1, subscriber.Messages.Count);
        Assert.Equal(0, _dispatcher.Backlog.Bytes);
        await Eventually(() => _hub.WaitingPublishers == 0);
        Assert.True(Publish("news", 10).IsCompleted);
    }

    [Fact]
    public void Deliveries_count_as_bytes_do()
    {
        var channel = _hub.FindOrCreate("news"u8)!;
        for (var i = 0; i < 10_000; i++)
        {
            channel.Join(_dispatcher);
        }

        var count = 0;
        while (Publish("news", 1).IsCompleted)
        {
            count++;
        }

        Assert.InRange(count, 8, 20);
    }

    [Fact]
    public void Where_many_listen_a_reactor_still_has_the_next_messages_at_hand()
    {
        var channel = _hub.FindOrCreate("news"u8)!;
        for (var i = 0; i < 100_000; i++)
        {
            channel.Join(_dispatcher);
        }

        var count = 0;
        while (Publish("news", 1).IsCompleted)
        {
            count++;
        }

        Assert.InRange(count, 7, 8);
    }

    [Fact]
    public async Task A_publisher_to_another_channel_waits_for_its_own_message_alone()
    {
        _hub.FindOrCreate("news"u8)!.Join(_dispatcher);
        _hub.FindOrCreate("here"u8)!.Join(_dispatcher);
        _hub.FindOrCreate("elsewhere"u8)!.Join(_other);
        var (_, held) = Fill("news");
        Assert.True(Publish("elsewhere", 10).IsCompleted);
        Assert.True(Publish("nobody", 10).IsCompleted);
        var beside = Publish("here", 10);
        Assert.False(beside.IsCompleted);
        _dispatcher.RunSlice(1);
        Assert.False(beside.IsCompleted);
        _dispatcher.RunSlice(1);
        await beside;
        Assert.False(held.IsCompleted);
        _dispatcher.RunAll();
        await held;
    }

    [Fact]
    public async Task It_waits_for_every_dispatcher_that_is_behind()
    {
        _hub.FindOrCreate("news"u8)!.Join(_dispatcher);
        _hub.FindOrCreate("news"u8)!.Join(_other);
        var (_, held) = Fill("news");
        _dispatcher.RunAll();
        await Task.Yield();
        Assert.False(held.IsCompleted);
        _other.RunAll();
        await held;
    }

    [Fact]
    public async Task It_is_answered_when_the_last_subscriber_leaves_or_the_channel_ends()
    {
        var subscriber = _hub.FindOrCreate("news"u8)!.Join(_dispatcher);
        _hub.FindOrCreate("over"u8)!.Join(_other);
        var (_, left) = Fill("news");
        var (_, ended) = Fill("over");
        subscriber.Detach();
        Assert.True(_hub.Close("over"u8, out _));
        Assert.False(left.IsCompleted || ended.IsCompleted);
        _dispatcher.RunAll();
        _other.RunAll();
        await left;
        await ended;
        Assert.Equal((0, 0), (_dispatcher.Backlog.Bytes, _other.Backlog.Bytes));
    }

    [Fact]
    public async Task One_that_publishes_to_all_channels_waits_too()
    {
        _hub.FindOrCreate("news"u8)!.Join(_other);
        Fill("news");
        var all = _hub.Broker.PublishToAll("x".Utf8(), _dispatcher).AsTask();
        _dispatcher.RunAll();
        Assert.False(all.IsCompleted);
        _other.RunAll();
        Assert.Equal(1, await all);
    }

    [Fact]
    public async Task Where_another_process_sequences_the_copy_here_is_waited_for()
    {
        _hub.FindOrCreate("news"u8)!.Join(_dispatcher);
        var elsewhere = new PublishResult(PublishStatus.Published, default);
        Assert.True(_hub.HoldBack("news"u8, new(elsewhere)).AsTask().IsCompleted);
        Fill("news");
        var held = _hub.HoldBack("news"u8, new(elsewhere)).AsTask();
        Assert.False(held.IsCompleted);
        _dispatcher.RunAll();
        Assert.Equal(elsewhere, await held);
    }

    private Task<PublishResult> Publish(string channel, int bytes) =>
        _hub.Broker.Publish(channel.Utf8(), new Publication(new byte[bytes])).AsTask();

    // Publishes until a publication is held back: the number before that one, and the one.
    private (int Before, Task<PublishResult> Held) Fill(string channel)
    {
        for (var before = 0; ; before++)
        {
            var publishing = Publish(channel, 256 * 1024);
            if (!publishing.IsCompleted)
            {
                return (before, publishing);
            }
        }
    }

    private static async Task Eventually(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Yield();
        }
    }
}
