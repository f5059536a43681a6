using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>Short words for what the tests of this project say again and again.</summary>
internal static class Texts
{
    public static byte[] Utf8(this string text) => Encoding.UTF8.GetBytes(text);

    public static long Publish(this Channel channel, string text = "x")
    {
        Assert.Equal(PublishStatus.Published, channel.TryPublish(new Publication(text.Utf8()), out var position));
        return position.Offset;
    }

    /// <summary>Publishes as the broker in memory does.</summary>
    public static PublishStatus TryPublish(
        this Channel channel, in Publication publication, out StreamPosition position) =>
        channel.TryPublish(publication, out position, out _);

    public static PublishStatus TryPublish(
        this Channel channel, in Publication publication, out StreamPosition position, out MessageStamp stamp)
    {
        var result = MemoryBroker.PublishTo(channel, publication, out _);
        (position, stamp) = (result.Position, result.Stamp);
        return result.Status;
    }

    public static void Publish(this Channel channel, int count)
    {
        for (var i = 0; i < count; i++)
        {
            channel.Publish();
        }
    }

    /// <summary>Attaches a subscriber to what comes from now on.</summary>
    public static RecordingSubscriber Join(
        this Channel channel, IDispatcher dispatcher, RecordingSubscriber? subscriber = null)
    {
        subscriber ??= new RecordingSubscriber();
        Assert.Equal(
            AttachStatus.Attached, channel.Attach(subscriber, dispatcher, Replay.From(0), onlyToWait: false).Status);
        Assert.Same(channel, subscriber.Channel);
        return subscriber;
    }
}
