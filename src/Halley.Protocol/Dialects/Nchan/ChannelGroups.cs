using System.Diagnostics.CodeAnalysis;
using Halley.Channels;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>All groups of a node, by the first part of their channels' names. Any thread.</summary>
/// <remarks>
/// Locks, in this order: a group's admission, then those of the hub, then <see cref="_groups"/>, then a group's counts.
/// </remarks>
internal sealed class ChannelGroups : IHubObserver
{
    /// <summary>The number of groups that may have limits of their own without having a channel.</summary>
    public const int MaxKept = 100_000;

    private const int Admissions = 64;

    // Places: what is less is not worth the work.
    private const int LeastTrimmed = 1024;

    // A group of its own, with its name, its counts and the set that the channel is in.
    private const int BytesOfGroup = 512;

    private readonly Dictionary<byte[], ChannelGroup> _groups = new(NameComparer.Instance);
    private readonly Lock[] _admissions = [.. Enumerable.Range(0, Admissions).Select(_ => new Lock())];
    private int _kept;

    /// <inheritdoc/>
    public int BytesPerChannel => BytesOfGroup;

    /// <summary>Reports on a group, with the limits of its own. Any thread.</summary>
    public GroupInfo InfoOf(ReadOnlySpan<byte> name)
    {
        lock (AdmissionTo(name))
        {
            return Find(name) is { } group ? group.InfoWith(group.OwnLimits ?? default) : default;
        }
    }

    /// <summary>The group of that name; null where it has neither a channel nor limits of its own.</summary>
    public ChannelGroup? Find(ReadOnlySpan<byte> name)
    {
        lock (_groups)
        {
            return ByName.TryGetValue(name, out var group) ? group : null;
        }
    }

    /// <summary>
    /// The lock to hold while room for something is looked for and taken in a group, so that two do not find the same
    /// last place, and while its limits change.
    /// </summary>
    public Lock AdmissionTo(ReadOnlySpan<byte> name) =>
        _admissions[NameComparer.Instance.GetHashCode(name) & (Admissions - 1)];

    /// <summary>Gives a group limits of its own, whether it has a channel or not. Under its admission.</summary>
    /// <returns>Null where there are as many such groups as there may be.</returns>
    public ChannelGroup? SetLimits(ReadOnlySpan<byte> name, GroupLimits limits)
    {
        lock (_groups)
        {
            var isKnown = ByName.TryGetValue(name, out var group);
            if (group?.OwnLimits is null && _kept++ == MaxKept)
            {
                _kept = MaxKept;
                return null;
            }

            group ??= new ChannelGroup();
            group.OwnLimits = limits;
            if (!isKnown)
            {
                _groups[name.ToArray()] = group;
            }

            return group;
        }
    }

    public void ChannelCreated(Channel channel)
    {
        if (TryGroupOf(channel.Name, out var name))
        {
            lock (_groups)
            {
                if (!ByName.TryGetValue(name, out var group))
                {
                    group = new ChannelGroup();
                    _groups[name.ToArray()] = group;
                }

                group.Add(channel);
            }
        }
    }

    public void ChannelRemoved(Channel channel, bool wasClosed)
    {
        if (TryFind(channel, out var name, out var group) && group.Remove(channel))
        {
            lock (_groups)
            {
                Forget(name, group);
            }
        }
    }

    public void SubscribersChanged(Channel channel, int by)
    {
        if (TryFind(channel, out var name, out var group) && group.ChangeSubscribers(by))
        {
            lock (_groups)
            {
                Forget(name, group);
            }
        }
    }

    public void StoredChanged(Channel channel, int messages, long bytes)
    {
        if (TryFind(channel, out _, out var group))
        {
            group.ChangeStored(messages, bytes);
        }
    }

    /// <summary>The part of a channel's name before the first slash.</summary>
    public static bool TryGroupOf(ReadOnlySpan<byte> channel, out ReadOnlySpan<byte> name)
    {
        var slash = channel.IndexOf((byte)'/');
        name = slash > 0 ? channel[..slash] : default;
        return slash > 0 && ChannelGroup.IsName(name);
    }

    private Dictionary<byte[], ChannelGroup>.AlternateLookup<ReadOnlySpan<byte>> ByName =>
        _groups.GetAlternateLookup<ReadOnlySpan<byte>>();

    private bool TryFind(Channel channel, out ReadOnlySpan<byte> name, [NotNullWhen(true)] out ChannelGroup? group)
    {
        group = TryGroupOf(channel.Name, out name) ? Find(name) : null;
        return group is not null;
    }

    // Under the lock. It may have got a channel again meanwhile.
    private void Forget(ReadOnlySpan<byte> name, ChannelGroup group)
    {
        if (group.OwnLimits is null && group.InfoWith(default) is { Channels: 0, Subscribers: 0 })
        {
            ByName.Remove(name);
            if (_groups.Count < _groups.Capacity / 8 && _groups.Capacity > LeastTrimmed)
            {
                // A dictionary never shrinks by itself.
                _groups.TrimExcess(Math.Max(LeastTrimmed / 2, _groups.Count * 2));
            }
        }
    }
}
