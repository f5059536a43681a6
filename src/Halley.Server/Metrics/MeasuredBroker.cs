using System.Diagnostics;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Tracing;

namespace Halley.Server.Metrics;

/// <summary>
/// The broker of this process's dialects: another one, how long each publish takes, and its activity. Where the other
/// one answers at once and nobody traces, nothing is allocated.
/// </summary>
internal sealed class MeasuredBroker(IBroker broker, HalleyMeter meter) : IBroker
{
    /// <inheritdoc/>
    public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication)
    {
        var began = Stopwatch.GetTimestamp();
        var publishing = MessageTracing.Publish(broker, channel, publication);
        if (!publishing.IsCompletedSuccessfully)
        {
            return Finish(publishing, began);
        }

        var result = publishing.Result;
        Count(result, began);
        return new(result);
    }

    /// <inheritdoc/>
    public ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher) =>
        broker.PublishToAll(payload, dispatcher);

    /// <inheritdoc/>
    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options) =>
        broker.Follow(channel, options);

    /// <inheritdoc/>
    public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout) =>
        broker.Create(channel, idleTimeout);

    /// <inheritdoc/>
    public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest) =>
        broker.Reserve(channel, keepFor, newest);

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null) =>
        broker.Close(channel, farewell);

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel) => broker.Clear(channel);

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel) => broker.Info(channel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix) => broker.List(prefix);

    /// <inheritdoc/>
    public ValueTask<Counts> Count() => broker.Count();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
        broker.Survey(question, argument);

    /// <inheritdoc/>
    public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher) =>
        broker.FollowPresence(follower, dispatcher);

    private async ValueTask<PublishResult> Finish(ValueTask<PublishResult> publishing, long began)
    {
        var result = await publishing.ConfigureAwait(false);
        Count(result, began);
        return result;
    }

    private void Count(in PublishResult result, long began)
    {
        if (result.Status == PublishStatus.Published)
        {
            meter.Published(began);
        }
    }
}
