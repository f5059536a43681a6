using Halley.Access;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The hub's channels as nchan's locations use them: with limits of their groups. Any thread.</summary>
internal sealed class NchanChannels(Hub hub, IBroker broker, ChannelGroups groups, TimeProvider time)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    public ChannelGroups Groups => groups;

    /// <summary>Whether a channel that is created now counts for whom it is created for.</summary>
    public bool CountsCreators => hub.CountsCreators;

    public Channel? Find(ReadOnlySpan<byte> name) => hub.Find(name);

    /// <summary>Publishes, if there is room in the channel's group.</summary>
    /// <param name="usual">Limits of a group that has none of its own.</param>
    public Refusal? TryPublish(ReadOnlySpan<byte> name, in Publication publication, GroupLimits usual, out MessageStamp stamp)
    {
        if (!ChannelGroups.TryGroupOf(name, out var group))
        {
            return Publish(name, publication, out stamp);
        }

        lock (groups.AdmissionTo(group))
        {
            stamp = default;
            var stored = publication.Retention is { Messages: > 0 } ? 1 : 0;
            return CheckChannels(name, group, usual)
                ?? CheckStored(group, usual, stored, publication.Payload.Length)
                ?? Publish(name, publication, out stamp);
        }
    }

    /// <summary>Attaches a subscriber, if there is room in the channel and in its group.</summary>
    public Refusal? TryAttach(
        ReadOnlySpan<byte> name, Subscription subscription, IDispatcher dispatcher, in Attachment wish, out Channel? channel, out AttachResult result)
    {
        if (!ChannelGroups.TryGroupOf(name, out var group))
        {
            return Attach(name, subscription, dispatcher, wish, out channel, out result);
        }

        lock (groups.AdmissionTo(group))
        {
            (channel, result) = (null, default);
            return CheckChannels(name, group, wish.Usual)
                ?? CheckSubscribers(group, wish.Usual)
                ?? Attach(name, subscription, dispatcher, wish, out channel, out result);
        }
    }

    /// <summary>Deletes a channel; its subscribers are told.</summary>
    /// <param name="info">How it was.</param>
    public bool TryDelete(ReadOnlySpan<byte> name, out ChannelInfo info)
    {
        info = default;
        if (hub.Find(name) is not { } channel)
        {
            return false;
        }

        info = InfoOf(channel);
        return hub.Close(name, out _);
    }

    public static ChannelInfo InfoOf(Channel channel) => new(
        channel.StoredCount,
        channel.SecondsSinceRequest ?? -1,
        channel.SubscriberCount,
        MessageId.ToText(channel.NewestKept?.Stamp ?? default));

    private Refusal? Publish(ReadOnlySpan<byte> name, in Publication publication, out MessageStamp stamp)
    {
        var result = broker.Publish(name, publication);
        stamp = result.Stamp;
        return result.Status switch
        {
            PublishStatus.Published => null,
            PublishStatus.OutOfMemory => Refusal.OutOfMemory,
            _ => Refusal.TooManyChannels,
        };
    }

    private Refusal? Attach(
        ReadOnlySpan<byte> name, Subscription subscription, IDispatcher dispatcher, in Attachment wish, out Channel? channel, out AttachResult result)
    {
        result = default;

        // Again where the channel was closed between finding it and attaching: the next one found is new.
        while ((channel = wish.MayCreate ? hub.FindOrCreate(name, wish.Creator) : hub.Find(name)) is not null)
        {
            result = channel.Attach(subscription, dispatcher, wish.Replay, wish.OnlyToWait, wish.MaxSubscribers);
            if (result.Status != AttachStatus.ChannelClosed)
            {
                return result.Status == AttachStatus.TooManySubscribers ? Refusal.TooManySubscribers : null;
            }
        }

        return wish.MayCreate ? Refusal.TooManyChannels : Refusal.NoSuchChannel;
    }

    private Refusal? CheckChannels(ReadOnlySpan<byte> name, ReadOnlySpan<byte> groupName, GroupLimits usual)
    {
        var group = groups.Find(groupName);
        var limit = (group?.OwnLimits ?? usual).Channels;
        return limit > 0 && (group?.InfoWith(default).Channels ?? 0) >= limit && hub.Find(name) is null ? Refusal.GroupChannels : null;
    }

    private Refusal? CheckSubscribers(ReadOnlySpan<byte> groupName, GroupLimits usual)
    {
        var group = groups.Find(groupName);
        var limit = (group?.OwnLimits ?? usual).Subscribers;
        return limit > 0 && (group?.InfoWith(default).Subscribers ?? 0) >= limit ? Refusal.GroupSubscribers : null;
    }

    private Refusal? CheckStored(ReadOnlySpan<byte> groupName, GroupLimits usual, int messages, long bytes)
    {
        if (messages == 0)
        {
            return null;
        }

        var group = groups.Find(groupName);
        var limits = group?.OwnLimits ?? usual;
        var refusal = CheckStored(group, limits, bytes);
        return refusal is not null && group is not null && Sweep(group) ? CheckStored(group, limits, bytes) : refusal;
    }

    private static Refusal? CheckStored(ChannelGroup? group, GroupLimits limits, long bytes)
    {
        var info = group?.InfoWith(limits) ?? default;
        return limits.Messages > 0 && info.Messages + 1 > limits.Messages ? Refusal.GroupMessages
            : limits.Bytes > 0 && info.Bytes + bytes > limits.Bytes ? Refusal.GroupBytes
            : null;
    }

    // A channel drops what has expired when it is looked at; who is refused for want of room may not wait for that. But not with every refusal.
    private bool Sweep(ChannelGroup group)
    {
        var now = time.GetTimestamp();
        if (group.SweptAt is { } last && time.GetElapsedTime(last, now) < SweepInterval)
        {
            return false;
        }

        group.SweptAt = now;
        foreach (var channel in group.Channels())
        {
            _ = channel.StoredCount;
        }

        return true;
    }
}

/// <summary>How a subscriber wants to be attached.</summary>
/// <param name="Replay">What it wants first.</param>
/// <param name="OnlyToWait">See <see cref="Channel.Attach"/>.</param>
/// <param name="MayCreate">Whether there need not be such a channel yet.</param>
/// <param name="MaxSubscribers">How many the channel may then have.</param>
/// <param name="Usual">Limits of a group that has none of its own.</param>
/// <param name="Creator">Whom a channel would be created for, where that counts.</param>
internal readonly record struct Attachment(Replay Replay, bool OnlyToWait, bool MayCreate, int MaxSubscribers, GroupLimits Usual, ClientBlock Creator);
