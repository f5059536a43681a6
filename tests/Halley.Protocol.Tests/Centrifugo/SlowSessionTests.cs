using Halley.Protocol.Clients;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>
/// A session that is too slow for a channel whose slow consumers are not ended: it listens to that channel no more, and
/// its client subscribes again.
/// </summary>
public sealed class SlowSessionTests : IDisposable
{
    private const int MaxQueued = 1000;

    private readonly CentrifugoServer _server = new(namespaces:
    [
        new ChannelNamespace("end:"u8.ToArray()),
        new ChannelNamespace("drop:"u8.ToArray()) { SlowConsumers = SlowConsumerPolicy.DropOldest },
        new ChannelNamespace("last:"u8.ToArray())
        {
            SlowConsumers = SlowConsumerPolicy.Latest, RecoversNewest = true,
        },
    ]);

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("drop:a")]
    [InlineData("last:a")]
    public void The_subscription_ends_so_that_its_client_subscribes_again(string channel)
    {
        var caller = _server.Connect(maxQueued: MaxQueued);
        Subscribe(caller, channel, "\"recoverable\":true");
        Subscribe(caller, "end:a", "");
        Publish(channel, 10);
        Assert.EndsWith(
            $$$"""{"push":{"channel":"{{{channel}}}","unsubscribe":"""
                + """{"code":2500,"reason":"insufficient state"}}}""",
            caller.Heard(),
            StringComparison.Ordinal);
        Assert.False(caller.IsEnded);
        Assert.Equal(1, _server.Hub.SubscriberCount);

        // Once it has read so far.
        caller.Exchange.Take();
        Publish("end:a", 1);
        Assert.Contains("\"channel\":\"end:a\"", caller.Heard(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_recovers_what_it_was_not_sent()
    {
        var caller = _server.Connect(maxQueued: MaxQueued);
        Subscribe(caller, "drop:a", "\"recoverable\":true");
        Publish("drop:a", 10);
        var last = caller.Heard().Split("\"offset\":").Length - 1;
        caller.Exchange.Take();
        var answer = caller.Ask(
            $$"""{"id":3,"subscribe":{"channel":"drop:a","recover":true,"epoch":"{{Epoch("drop:a")}}","""
                + $"\"offset\":{last}}}}}");
        Assert.Contains("\"recovered\":true", answer, StringComparison.Ordinal);
        Assert.Contains($"\"offset\":{last + 1}}}", answer, StringComparison.Ordinal);
        Assert.Contains("\"offset\":10}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_the_connection_ends()
    {
        var caller = _server.Connect(maxQueued: MaxQueued);
        Subscribe(caller, "end:a", "");
        Publish("end:a", 10);
        Assert.True(caller.Exchange.WasTooSlow);
    }

    private static void Subscribe(CentrifugoCaller caller, string channel, string options)
    {
        var fields = options.Length > 0 ? "," + options : "";
        var answer = caller.Ask($$"""{"id":2,"subscribe":{"channel":"{{channel}}"{{fields}}""" + "}}");
        Assert.Contains("\"id\":2,\"subscribe\":{", answer, StringComparison.Ordinal);
        caller.Exchange.Take();
    }

    private string Epoch(string channel) => Halley.Protocol.Dialects.Centrifugo.EpochText.Of(
        _server.Hub.Find(channel.Utf8())!.Epoch);

    private void Publish(string channel, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _server.Publish(channel, $"\"{new string('x', 250)}\"");
        }
    }
}
