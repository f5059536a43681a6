using System.Text;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>
/// What a subscriber is given of what is kept, by each way of asking. The rules of stamps and event ids are
/// nginx-push-stream's.
/// </summary>
public class ReplayTests
{
    private readonly FakeOwner _owner = new();
    private readonly ManualDispatcher _dispatcher = new();
    private readonly Channel _channel;

    /// <summary>a and b in second 100, with tags 1 and 2; c and d in second 101. b has the event id "B".</summary>
    public ReplayTests()
    {
        _channel = _owner.Channel();
        _channel.Publish("a");
        _channel.TryPublish(new Publication("b".Utf8()) { Labels = new MessageLabels("B".Utf8(), null, null) }, out _);
        _owner.Second = 101;
        _channel.Publish("c");
        _channel.Publish("d");
    }

    [Fact]
    public void Who_asks_for_nothing_gets_nothing() => Assert.Equal("", Read(Replay.Nothing));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "abcd")]
    [InlineData(3, "cd")]
    [InlineData(5, "")]
    [InlineData(9, "")]
    public void From_an_offset_on(long offset, string expected) => Assert.Equal(expected, Read(Replay.From(offset)));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "d")]
    [InlineData(4, "abcd")]
    [InlineData(int.MaxValue, "abcd")]
    [InlineData(-1, "")]
    public void The_newest(int count, string expected) => Assert.Equal(expected, Read(Replay.Newest(count)));

    [Theory]
    [InlineData(0, "abcd")]
    [InlineData(1, "bcd")]
    [InlineData(4, "")]
    [InlineData(int.MaxValue, "")]
    public void All_but_the_oldest(int count, string expected) => Assert.Equal(expected, Read(Replay.ButOldest(count)));

    [Theory]
    [InlineData("B", "cd")]
    [InlineData("b", "")]
    [InlineData("", "")]
    public void After_an_event(string id, string expected) =>
        Assert.Equal(expected, Read(Replay.AfterEvent(id.Utf8())));

    [Theory]
    [InlineData(99, null, "abcd")]
    [InlineData(100, null, "cd")]
    [InlineData(100, 0, "abcd")]
    [InlineData(100, 1, "bcd")]
    [InlineData(100, 2, "cd")]
    [InlineData(100, 7, "cd")]
    [InlineData(101, 0, "cd")]
    [InlineData(101, 2, "")]
    [InlineData(102, 0, "")]
    public void After_a_stamp(long time, int? tag, string expected) =>
        Assert.Equal(expected, Read(Replay.After(time, tag)));

    [Theory]
    [InlineData(100, 1, "B", "bcd")]
    [InlineData(101, 1, "B", "cd")]
    [InlineData(101, 1, "x", "d")]
    public void After_a_stamp_or_an_event_whichever_comes_first(long time, int tag, string id, string expected) =>
        Assert.Equal(expected, Read(Replay.After(time, tag, id.Utf8())));

    [Fact]
    public void Who_only_waits_is_attached_where_nothing_was_missed()
    {
        var subscriber = new RecordingSubscriber();
        Assert.Equal(
            AttachStatus.AnswerNow,
            _channel.Attach(subscriber, _dispatcher, Replay.After(100, 2), onlyToWait: true).Status);
        Assert.Equal(
            AttachStatus.Attached,
            _channel.Attach(subscriber, _dispatcher, Replay.After(101, 2), onlyToWait: true).Status);
        _channel.Publish("e");
        _dispatcher.RunAll();
        Assert.Equal("e", subscriber.Text);
    }

    [Fact]
    public void Reading_attaches_nobody()
    {
        Assert.Equal("cd", Read(Replay.Newest(2)));
        Assert.Equal(0, _channel.SubscriberCount);
    }

    private string Read(in Replay replay) =>
        string.Concat(_channel.Read(replay).Select(message => Encoding.UTF8.GetString(message.Payload)));
}
