using Halley.Channels;
using Halley.Following;

namespace Halley.Broker;

/// <summary>
/// Sequences in this process, in memory: the hub's channels are all there is, they are followed as they are, and they
/// end with the process.
/// </summary>
public sealed class MemoryBroker(Hub hub) : IBroker
{
    /// <inheritdoc/>
    public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication)
    {
        // Again where the channel was closed or forgotten between finding it and publishing: the next one found is new.
        while (hub.FindOrCreate(channel) is { } found)
        {
            var result = PublishTo(found, publication, out var told, hub.Keys);
            if (result.Status != PublishStatus.ChannelClosed)
            {
                return told is null ? new(result) : hub.HoldBack(result, told);
            }
        }

        return new(new PublishResult(PublishStatus.TooManyChannels, default));
    }

    /// <inheritdoc/>
    public ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher)
    {
        var broadcast = new Broadcast(hub, payload);
        dispatcher.Post(broadcast);
        return new(broadcast.Reached);
    }

    /// <inheritdoc/>
    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options)
    {
        var found = !options.MayCreate ? hub.Find(channel)
            : options.IdleTimeout is { } timeout ? hub.FindOrCreate(channel, timeout, options.Creator)
            : hub.FindOrCreate(channel, options.Creator);
        return new(found is not null ? new FollowResult(found)
            : new FollowResult(options.MayCreate ? AttachStatus.TooManyChannels : AttachStatus.NoSuchChannel));
    }

    /// <inheritdoc/>
    public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout) =>
        new(hub.FindOrCreate(channel, idleTimeout) is not null);

    /// <inheritdoc/>
    public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest) =>
        new(hub.Reserve(channel, keepFor) is { } reserved
            ? new Reservation(reserved.Position, reserved.OldestKept(newest))
            : null);

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null) =>
        new(hub.Close(channel, out var last, farewell) ? last : null);

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel) => new(hub.Find(channel)?.Clear());

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel) => new(hub.Find(channel)?.State);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix)
    {
        var states = new List<NamedState>();
        foreach (var channel in hub.Channels())
        {
            if (channel.Name.StartsWith(prefix))
            {
                states.Add(new NamedState(channel.Name.ToArray(), channel.State));
            }
        }

        return new(states);
    }

    /// <inheritdoc/>
    public ValueTask<Counts> Count() =>
        new(new Counts(hub.ChannelCount, hub.SubscriberCount, hub.ReceiverCount, hub.PublishedCount, hub.StoredCount));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
        hub.SurveyHere(question, argument);

    /// <inheritdoc/>
    public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher) =>
        hub.Presence.Attach(follower, dispatcher);

    /// <summary>Gives a message its place in a channel's stream.</summary>
    /// <param name="told">What its publisher is to wait for; null for nothing.</param>
    /// <param name="keys">Where idempotency keys are remembered; null for a publication that has none.</param>
    internal static PublishResult PublishTo(
        Channel channel, in Publication publication, out Task? told, IdempotencyKeys? keys = null)
    {
        told = null;
        var owner = channel.Owner;
        var hasKey = publication.IdempotencyKey is not null && keys is not null;
        var (id, fingerprint) = hasKey ? (publication.IdOn(channel.Name), publication.Fingerprint()) : default;
        lock (channel.Lock)
        {
            var position = new StreamPosition(channel.Epoch, channel.Next);
            if (channel.IsClosed)
            {
                return new PublishResult(PublishStatus.ChannelClosed, position);
            }

            if (hasKey && keys!.Find(id, fingerprint) is { } known)
            {
                return known;
            }

            var retention = publication.Retention ?? owner.RetentionOf(channel.Name);
            var keep = retention?.Messages ?? owner.HistorySize;
            if (keep > 0 && !owner.MayStore(publication.Payload.Length))
            {
                return new PublishResult(PublishStatus.OutOfMemory, position);
            }

            var stamp = owner.NextStamp();
            channel.Use();
            channel.Append(
                new Message(position.Offset, publication.Payload, publication.Traits, stamp, publication.Labels)
                {
                    ExpiresAt = retention?.TimeToLive is { } life ? channel.ExpiryAfter(life) : 0,
                },
                keep,
                retention is null ? SlackOf(keep) : 0);
            told = channel.WhenTold();
            owner.Published(channel, publication, position);
            var result = new PublishResult(PublishStatus.Published, position, stamp);
            if (hasKey)
            {
                keys!.Add(id, fingerprint, result);
            }

            return result;
        }
    }

    // Like iComet, a channel lets half as many again come before it drops the oldest in one go.
    private static int SlackOf(int keep) => (int)((keep + 1L) / 2) - 1;
}
