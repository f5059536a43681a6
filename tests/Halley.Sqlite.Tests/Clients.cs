using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Specifications;

namespace Halley.Sqlite.Tests;

/// <summary>What publishers and subscribers of a node do.</summary>
internal static class Clients
{
    public static Task<PublishResult> Publish(
        this StoredNode node, string channel, string text, Retention? kept = null) =>
        node.Done(node.Broker.Publish(
            Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(text)) { Retention = kept }));

    public static async Task<Listener> Listen(this StoredNode node, string channel, Replay replay)
    {
        var listener = new Listener(node, 0, channel, replay);
        await node.Until(() => listener.Result is not null, "a subscriber is attached");
        Assert.Equal(AttachStatus.Attached, listener.Result!.Value.Status);
        return listener;
    }

    /// <summary>What a subscriber that comes back with a place is told, in words.</summary>
    public static async Task<string> Resume(this StoredNode node, string channel, StreamPosition place)
    {
        var listener = await node.Listen(channel, Replay.Resume(place));
        var told = string.Join(' ', Resumption.Steps(place, listener.Result!.Value).Select(
            step => step.Message is { } message
                ? Encoding.UTF8.GetString(message.Payload)
                : step.Notice.Kind == PositionNoticeKind.Exact ? "Exact"
                : $"{step.Notice.Kind}({step.Notice.Reason})"));
        listener.Leave();
        return told;
    }

    public static async Task<string> Kept(this StoredNode node, string channel)
    {
        var listener = await node.Listen(channel, Replay.From(1));
        listener.Leave();
        return listener.Text;
    }

    public static async Task<BrokerException> Refused<T>(this StoredNode node, ValueTask<T> operation) =>
        await Assert.ThrowsAsync<BrokerException>(() => node.Done(operation));
}
