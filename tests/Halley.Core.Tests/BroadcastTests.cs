using Halley.Broker;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>One message to every channel, a slice at a time.</summary>
public sealed class BroadcastTests : IDisposable
{
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub = new(new HubOptions(), new ManualTime());
    private readonly MemoryBroker _broker;
    private int _done;

    public BroadcastTests() => _broker = new MemoryBroker(_hub);

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void Every_channel_gets_the_message_whether_anybody_listens_or_not()
    {
        var names = Create(100);
        var subscriber = new RecordingSubscriber();
        _hub.Find("channel 7"u8)!.Join(_dispatcher, subscriber);
        Broadcast("all");
        _dispatcher.RunAll();
        Assert.Equal(1, _done);
        Assert.All(names, name => Assert.Equal(2, _hub.Find(name.Utf8())!.Position.Offset));
        Assert.Equal("all", subscriber.Text);
        Assert.Equal(MessageTraits.Broadcast, subscriber.Messages[0].Traits);
    }

    [Fact]
    public void No_channel_is_created()
    {
        Broadcast();
        _dispatcher.RunAll();
        Assert.Equal(1, _done);
        Assert.Equal(0, _hub.ChannelCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    public void A_slice_publishes_to_as_many_channels_as_its_budget_allows(int budget)
    {
        var names = Create(100);
        Broadcast();
        Assert.Equal(Math.Min(budget, 100), _dispatcher.RunSlice(budget));
        Assert.Equal(Math.Min(budget, 100), names.Count(name => _hub.Find(name.Utf8())!.Position.Offset == 2));
        _dispatcher.RunAll(budget);
        Assert.Equal(1, _done);
        Assert.All(names, name => Assert.Equal(2, _hub.Find(name.Utf8())!.Position.Offset));
    }

    [Fact]
    public void It_is_done_when_the_last_channel_was_served_and_not_before()
    {
        Create(3);
        Broadcast();
        _dispatcher.RunSlice(2);
        Assert.Equal(0, _done);
        _dispatcher.RunAll(slice: 2);
        Assert.Equal(1, _done);
    }

    [Fact]
    public void Channels_may_close_and_come_between_two_slices()
    {
        var names = Create(50);
        Broadcast();
        _dispatcher.RunSlice(10);
        foreach (var name in names.Take(25))
        {
            _hub.Close(name.Utf8(), out _);
        }

        _hub.FindOrCreate("new"u8);
        _dispatcher.RunAll(slice: 10);
        Assert.Equal(1, _done);
        Assert.All(names.Skip(25), name => Assert.Equal(2, _hub.Find(name.Utf8())!.Position.Offset));
        Assert.Equal(26, _hub.ChannelCount);
    }

    [Fact]
    public void Two_broadcasts_at_once_reach_every_channel_once_each()
    {
        var names = Create(20);
        Broadcast();
        Broadcast();
        _dispatcher.RunAll(slice: 3);
        Assert.Equal(2, _done);
        Assert.All(names, name => Assert.Equal(3, _hub.Find(name.Utf8())!.Position.Offset));
    }

    private string[] Create(int count)
    {
        var names = Enumerable.Range(0, count).Select(i => $"channel {i}").ToArray();
        Array.ForEach(names, name => _hub.FindOrCreate(name.Utf8()));
        return names;
    }

    private void Broadcast(string text = "x")
    {
        var reached = _broker.PublishToAll(text.Utf8(), _dispatcher).AsTask();
        reached.GetAwaiter().UnsafeOnCompleted(() => _done++);
    }
}
