using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

public sealed class HubObserverTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub;
    private readonly Observer _observer = new();

    public HubObserverTests()
    {
        _hub = new Hub(new HubOptions(), _time);
        _hub.Observe(_observer);
    }

    public void Dispose() => _hub.Dispose();

    [Fact]
    public void It_is_told_of_channels_and_subscribers_in_the_order_they_come_and_go()
    {
        var channel = _hub.FindOrCreate("a"u8)!;
        var subscriber = channel.Join(_dispatcher);
        subscriber.Detach();
        _hub.Close("a"u8, out _);
        Assert.Equal(["created a", "a 1", "a -1", "removed a"], _observer.Told);
    }

    [Fact]
    public void It_is_told_when_a_channel_is_forgotten()
    {
        _hub.FindOrCreate("a"u8);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(["created a", "removed a"], _observer.Told);
    }

    [Fact]
    public void It_is_told_what_is_kept_and_dropped_again_to_the_last_byte()
    {
        var channel = _hub.FindOrCreate("a"u8)!;
        channel.TryPublish(
            new Publication("four".Utf8()) { Retention = new Retention(1, TimeSpan.FromSeconds(5)) }, out _);
        channel.TryPublish(new Publication("seven77".Utf8()) { Retention = new Retention(1, null) }, out _);
        channel.TryPublish(new Publication("unkept".Utf8()) { Retention = new Retention(0, null) }, out _);
        Assert.Equal((1, 7L), _observer.Stored);
        _hub.Close("a"u8, out _);
        Assert.Equal((0, 0L), _observer.Stored);
    }

    [Fact]
    public void There_may_be_several_who_are_all_told()
    {
        var (second, third) = (new Observer(), new Observer());
        _hub.Observe(second);
        _hub.Observe(third);
        var channel = _hub.FindOrCreate("a"u8)!;
        channel.Publish("x");
        Assert.Equal((1, 1L), third.Stored);
        channel.Join(_dispatcher).Detach();
        _hub.Close("a"u8, out _);
        Assert.Equal(["created a", "a 1", "a -1", "removed a"], second.Told);
        Assert.Equal(_observer.Told, second.Told);
        Assert.Equal(_observer.Told, third.Told);
    }

    [Fact]
    public void Who_closes_a_channel_may_say_why()
    {
        var subscriber = _hub.FindOrCreate("a"u8)!.Join(_dispatcher);
        _hub.Close("a"u8, out _, "moved to b".Utf8());
        _dispatcher.RunAll();
        Assert.Equal("moved to b".Utf8(), Assert.Single(subscriber.Ends).Farewell);
    }

    [Fact]
    public void Channels_are_listed_in_the_order_they_were_created()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"channel {i}")];
        foreach (var name in names)
        {
            _hub.FindOrCreate(name.Utf8());
        }

        Assert.Equal(names, _hub.Channels().Select(channel => System.Text.Encoding.UTF8.GetString(channel.Name)));
    }

    private sealed class Observer : IHubObserver
    {
        public List<string> Told { get; } = [];

        public void ChannelCreated(Channel channel) => Tell($"created {Name(channel)}");

        public void ChannelRemoved(Channel channel, bool wasClosed) => Tell($"removed {Name(channel)}");

        public void SubscribersChanged(Channel channel, int by) => Tell($"{Name(channel)} {by}");

        public (int Messages, long Bytes) Stored { get; private set; }

        public void StoredChanged(Channel channel, int messages, long bytes) =>
            Stored = (Stored.Messages + messages, Stored.Bytes + bytes);

        private static string Name(Channel channel) => System.Text.Encoding.UTF8.GetString(channel.Name);

        // The hub's clock is another thread.
        private void Tell(string what)
        {
            lock (Told)
            {
                Told.Add(what);
            }
        }
    }
}
