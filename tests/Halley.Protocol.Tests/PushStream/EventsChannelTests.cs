using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public sealed class EventsChannelTests : IDisposable
{
    private static readonly string[] ALife =
        ["channel_created", "client_subscribed", "client_unsubscribed", "channel_destroyed"];

    private readonly PushStreamNode _node = new(
        new EndpointOptions { MessageTemplate = "~text~~event-type~\n", AllowConnectionsToEventsChannel = true },
        new PushStreamOptions { EventsChannelId = "events" });

    public void Dispose() => _node.Dispose();

    [Fact]
    public void It_tells_of_channels_and_subscribers_that_come_and_go()
    {
        var events = _node.Ask("/sub/events");
        var subscriber = _node.Ask("/sub/a");
        subscriber.Disconnect();
        _node.Ask("DELETE /pub?id=a");
        Assert.Equal(
            string.Concat(ALife.Select(type => $"{{\"type\": \"{type}\", \"channel\": \"a\"}}{type}\n")),
            events.Body);
    }

    [Fact]
    public void Of_a_deleted_channel_it_tells_that_the_last_subscriber_left_before_that_the_channel_is_gone()
    {
        var events = _node.Ask("/sub/events");
        _node.Ask("/sub/a");
        _node.Ask("/sub/a");
        _node.Ask("DELETE /pub?id=a");
        Assert.Equal(
            string.Concat(ALife.SelectMany(
                type => type.StartsWith("client", StringComparison.Ordinal) ? [type, type] : new[] { type })
                .Select(type => $"{{\"type\": \"{type}\", \"channel\": \"a\"}}{type}\n")),
            events.Body);
    }

    [Fact]
    public void Who_listens_to_it_and_to_others_is_not_told_that_they_were_created_for_it()
    {
        var subscriber = _node.Ask("/sub/events/a");
        Assert.Equal("{\"type\": \"client_subscribed\", \"channel\": \"a\"}client_subscribed\n", subscriber.Body);
    }

    [Fact]
    public void It_is_there_from_the_start_and_for_ever()
    {
        _node.Time.Jump(TimeSpan.FromHours(8));
        Assert.Equal(
            "{\"channel\": \"events\", \"published_messages\": 0, \"stored_messages\": 0, \"subscribers\": 0}\r\n",
            _node.Ask("/pub?id=events").Body);
    }

    [Fact]
    public void What_it_told_can_be_had_later()
    {
        _node.Publish("a%5C%22b", "x");
        Assert.Equal(
            "{\"type\": \"channel_created\", \"channel\": \"a\\\\\\\"b\"}channel_created\n",
            _node.Ask("/sub/events.b9").Body);
    }
}
