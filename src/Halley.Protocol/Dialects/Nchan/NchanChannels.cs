using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Links;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The hub's channels as nchan's locations use them: with limits of their groups. Any thread.</summary>
internal sealed class NchanChannels(Hub hub, IBroker broker, ChannelGroups groups, TimeProvider time)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    // Every process that serves nchan's locations holds groups to their limits; what there is of them knows the one
    // that has the channels.
    private const string InfoQuestion = "nchan.group";
    private const string LimitsQuestion = "nchan.group.limits";
    private static readonly byte[] Done = [1];
    private static readonly byte[] TooMany = [0];

    /// <summary>Whether a channel that is created now counts for whom it is created for.</summary>
    public bool CountsCreators => hub.CountsCreators;

    /// <summary>Answers for groups when another process asks.</summary>
    public void AnswerForGroups()
    {
        hub.Answers(LimitsQuestion, TakeLimits);
        if (!hub.IsWorker)
        {
            hub.Answers(InfoQuestion, name => groups.InfoOf(name).ToBytes());
        }
    }

    public async ValueTask<GroupInfo> InfoOfGroup(byte[] name) =>
        (await broker.Survey(InfoQuestion, name).ConfigureAwait(false))
            .Select(answer => GroupInfo.Read(answer))
            .DefaultIfEmpty()
            .Aggregate(GroupInfo.Together);

    /// <summary>Gives a group limits of its own, in every process.</summary>
    /// <returns>False where there are as many such groups as there may be.</returns>
    public async ValueTask<bool> SetLimits(byte[] name, GroupLimits limits)
    {
        var argument = new ByteBuffer(64);
        limits.Write(argument);
        argument.Write(name);
        return (
            await broker.Survey(LimitsQuestion, argument.Written.ToArray()).ConfigureAwait(false)).All(answer =>
                answer is [1]);
    }

    /// <summary>
    /// Ends all channels of a group, a slice at a time: there may be many. One that is made meanwhile stays.
    /// </summary>
    /// <returns>How the group was before.</returns>
    public async ValueTask<GroupInfo> DeleteGroup(byte[] name, IDispatcher dispatcher)
    {
        var before = await InfoOfGroup(name).ConfigureAwait(false);
        byte[][] condemned = hub.Sequences
            ? [.. (groups.Find(name)?.Channels() ?? []).Select(channel => channel.Name.ToArray())]
            : [.. (await broker.List([.. name, (byte)'/']).ConfigureAwait(false)).Select(channel => channel.Name)];
        var deletion = new Deletion(broker, condemned);
        dispatcher.Post(deletion);
        await deletion.Deleted.ConfigureAwait(false);
        return before;
    }

    /// <summary>
    /// Publishes to channels, one after the other, while there is room in the group of each; the first that refuses
    /// ends that. Any thread.
    /// </summary>
    /// <param name="usual">Limits of a group that has none of its own.</param>
    public async ValueTask<Publishing> Publish(IReadOnlyList<byte[]> names, Publication publication, GroupLimits usual)
    {
        var published = default(Publishing);
        foreach (var name in names)
        {
            // Counted before: a poll is answered, and gone, as soon as there is a message.
            var before = await broker.Info(name).ConfigureAwait(false);
            var result = await PublishTo(name, publication, usual, out var refusal).ConfigureAwait(false);
            refusal ??= RefusalFor(result.Status);
            if (refusal is not null)
            {
                return new Publishing(refusal, default);
            }

            var after = await broker.Info(name).ConfigureAwait(false);
            published = published.With(before, after, result.Stamp);
        }

        return published;
    }

    /// <summary>Reports the state of channels that are known.</summary>
    public async ValueTask<IReadOnlyList<ChannelState>> Info(IReadOnlyList<byte[]> names)
    {
        var known = new List<ChannelState>(names.Count);
        foreach (var name in names)
        {
            if (await broker.Info(name).ConfigureAwait(false) is { } state)
            {
                known.Add(state);
            }
        }

        return known;
    }

    /// <summary>Deletes channels; their subscribers are told.</summary>
    /// <returns>How those were that there were.</returns>
    public async ValueTask<IReadOnlyList<ChannelState>> Delete(IReadOnlyList<byte[]> names)
    {
        var deleted = new List<ChannelState>(names.Count);
        foreach (var name in names)
        {
            if (await broker.Close(name).ConfigureAwait(false) is { } last)
            {
                deleted.Add(last);
            }
        }

        return deleted;
    }

    /// <summary>Attaches a subscriber, if there is room in the channel and in its group.</summary>
    /// <returns>False where it is refused, or where <paramref name="refusal"/> is null, postponed.</returns>
    public bool TryAttach(
        ReadOnlySpan<byte> name,
        Subscription subscription,
        in AttachOptions options,
        GroupLimits usual,
        IExchange exchange,
        out AttachResult result,
        out Refusal? refusal)
    {
        refusal = null;
        if (!ChannelGroups.TryGroupOf(name, out var group))
        {
            result = hub.Attach(name, subscription, options, exchange);
        }
        else
        {
            lock (groups.AdmissionTo(group))
            {
                refusal = CheckChannels(name, group, usual) ?? CheckSubscribers(group, usual);
                result = refusal is null ? hub.Attach(name, subscription, options, exchange) : default;
            }
        }

        refusal ??= result.Status switch
        {
            AttachStatus.TooManySubscribers => Refusals.TooManySubscribers,
            AttachStatus.TooManyChannels => Refusals.TooManyChannels,
            AttachStatus.NoSuchChannel => Refusals.NoSuchChannel,
            _ => null,
        };
        return refusal is null && result.Status != AttachStatus.Pending;
    }

    /// <summary>Finds a channel, to read what is kept of it.</summary>
    /// <returns>False where the request is postponed.</returns>
    public bool TryFind(ReadOnlySpan<byte> name, IExchange exchange, out Channel? channel)
    {
        var result = hub.Read(name, new AttachOptions { MayCreate = false }, exchange);
        channel = result.Channel;
        return result.Status != AttachStatus.Pending;
    }

    private byte[] TakeLimits(byte[] argument)
    {
        var reader = new FrameReader(argument);
        var limits = GroupLimits.Read(ref reader);
        var name = reader.ReadRest();
        lock (groups.AdmissionTo(name))
        {
            return groups.SetLimits(name, limits) is null ? TooMany : Done;
        }
    }

    private ValueTask<PublishResult> PublishTo(
        byte[] name, in Publication publication, GroupLimits usual, out Refusal? refusal)
    {
        refusal = null;
        if (!ChannelGroups.TryGroupOf(name, out var group))
        {
            return broker.Publish(name, publication);
        }

        lock (groups.AdmissionTo(group))
        {
            var stored = publication.Retention is { Messages: > 0 } ? 1 : 0;
            refusal = CheckChannels(name, group, usual) ?? CheckStored(
                group, usual, stored, publication.Payload.Length);
            return refusal is null ? broker.Publish(name, publication) : default;
        }
    }

    private static Refusal? RefusalFor(PublishStatus status) => status switch
    {
        PublishStatus.Published => null,
        PublishStatus.OutOfMemory => Refusals.OutOfMemory,
        PublishStatus.KeyReused => Refusals.KeyReused,
        PublishStatus.TooManyKeys => Refusals.TooManyKeys,
        _ => Refusals.TooManyChannels,
    };

    private Refusal? CheckChannels(ReadOnlySpan<byte> name, ReadOnlySpan<byte> groupName, GroupLimits usual)
    {
        var group = groups.Find(groupName);
        var limit = (group?.OwnLimits ?? usual).Channels;
        return limit > 0 && (group?.InfoWith(default).Channels ?? 0) >= limit && hub.Find(name) is null
            ? Refusals.GroupChannels
            : null;
    }

    private Refusal? CheckSubscribers(ReadOnlySpan<byte> groupName, GroupLimits usual)
    {
        var group = groups.Find(groupName);
        var limit = (group?.OwnLimits ?? usual).Subscribers;
        return limit > 0 && (group?.InfoWith(default).Subscribers ?? 0) >= limit ? Refusals.GroupSubscribers : null;
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
        return limits.Messages > 0 && info.Messages + 1 > limits.Messages ? Refusals.GroupMessages
            : limits.Bytes > 0 && info.Bytes + bytes > limits.Bytes ? Refusals.GroupBytes
            : null;
    }

    // A channel drops what has expired when it is looked at; who is refused for want of room may not wait for that. But
    // not with every refusal.
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

/// <summary>Ends channels, a slice at a time.</summary>
internal sealed class Deletion(IBroker broker, byte[][] condemned) : IWork
{
    private readonly TaskCompletionSource _deleted = new();
    private int _next;

    /// <summary>Done once all are closed.</summary>
    public Task Deleted => _deleted.Task;

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        for (; budget > 0 && _next < condemned.Length; budget--)
        {
            _ = broker.Close(condemned[_next++]).AsTask();
        }

        if (_next < condemned.Length)
        {
            return false;
        }

        _deleted.SetResult();
        return true;
    }
}

/// <summary>The outcome of a publication.</summary>
/// <param name="Refusal">Why it was not published; null where it was, to all channels.</param>
/// <param name="Info">Of all channels together.</param>
internal readonly record struct Publishing(Refusal? Refusal, ChannelInfo Info)
{
    public Publishing With(in ChannelState? before, in ChannelState? after, MessageStamp stamp) => this with
    {
        Info = new ChannelInfo(
            Info.Messages + (after?.Stored ?? 0),
            ChannelInfo.Latest(Info.LastMessageId is null ? -1 : Info.Requested, after?.SecondsSinceRequest ?? -1),
            Info.Subscribers + (before?.Subscribers ?? 0),
            MessageId.ToText(stamp)),
    };
}
