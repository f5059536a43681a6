using Halley.Broker;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

public sealed class MemoryBrokerTests : IDisposable
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub = new(new HubOptions { MaxChannels = 2 }, new ManualTime());
    private readonly MemoryBroker _broker;

    public MemoryBrokerTests() => _broker = new MemoryBroker(_hub);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Publishing_creates_the_channel_and_says_where_the_message_lies()
    {
        var result = _broker.Publish(
            "news"u8, new Publication("x".Utf8()) { Traits = MessageTraits.JsonEscaped }).Now();
        Assert.Equal(PublishStatus.Published, result.Status);
        Assert.Equal(new StreamPosition(_hub.Find("news"u8)!.Epoch, 1), result.Position);
        Assert.Equal(2, _broker.Publish("news"u8, new Publication([])).Now().Position.Offset);
    }

    [Fact]
    public void What_is_published_is_delivered_with_its_traits()
    {
        var subscriber = new RecordingSubscriber();
        _hub.FindOrCreate("news"u8)!.Join(_dispatcher, subscriber);
        _broker.Publish("news"u8, new Publication("x".Utf8()) { Traits = MessageTraits.JsonEscaped }).Now();
        _dispatcher.RunAll();
        Assert.Equal(MessageTraits.JsonEscaped, Assert.Single(subscriber.Messages).Traits);
        Assert.Equal("x", subscriber.Text);
    }

    [Fact]
    public void Publishing_to_one_channel_too_many_is_refused()
    {
        _broker.Publish("a"u8, new Publication([])).Now();
        _broker.Publish("b"u8, new Publication([])).Now();
        Assert.Equal(PublishStatus.TooManyChannels, _broker.Publish("c"u8, new Publication([])).Now().Status);
        Assert.Equal(PublishStatus.Published, _broker.Publish("a"u8, new Publication([])).Now().Status);
    }

    /// <summary>
    /// Whatever is answered "published" has a place of its own, and each incarnation's places are contiguous.
    /// </summary>
    [Fact]
    public async Task Threads_that_publish_while_another_closes_never_share_or_lose_a_position()
    {
        const int PublisherCount = 3;
        const int MessagesEach = 20_000;
        var published = new StreamPosition[PublisherCount][];
        var ended = new List<StreamPosition>();
        var publishing = Task.WhenAll(Enumerable.Range(0, PublisherCount).Select(i => Task.Run(
            () => published[i] = [.. Enumerable.Range(0, MessagesEach)
                .Select(_ => _broker.Publish("news"u8, new Publication([])).Now().Position)],
            TestContext.Current.CancellationToken)));
        while (!publishing.IsCompleted)
        {
            if (_hub.Close("news"u8, out var end))
            {
                ended.Add(end.Position);
            }
        }

        await publishing;
        if (_hub.Close("news"u8, out var last))
        {
            ended.Add(last.Position);
        }

        var streams = published.SelectMany(positions => positions).GroupBy(position => position.Epoch).ToArray();
        Assert.Equal(PublisherCount * MessagesEach, streams.Sum(stream => stream.Count()));
        foreach (var stream in streams)
        {
            var offsets = stream.Select(position => position.Offset).Order().ToArray();
            Assert.Equal(Enumerable.Range(1, offsets.Length).Select(i => (long)i), offsets);
            Assert.Contains(new StreamPosition(stream.Key, offsets.Length + 1), ended);
        }

        Assert.Equal(0, _hub.ChannelCount);
    }
}
