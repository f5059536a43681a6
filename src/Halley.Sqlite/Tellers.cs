using Halley.Channels;
using Halley.Following;

namespace Halley.Sqlite;

/// <summary>
/// Those in this process who hear of what was done: the copies that subscribers listen to, and whoever watches channels
/// come and go. On the writer's thread, when what they hear is there to stay.
/// </summary>
internal sealed class Tellers(Hub hub, FollowedChannels followed)
{
    private readonly Dictionary<uint, StoredChannel> _byId = [];

    public FollowedChannels Followed => followed;

    /// <summary>Is called after each message that was published.</summary>
    public Action? WhenPublished { get; init; }

    public void Created(byte[] name)
    {
        hub.TellPresence(name, isHere: true);
        hub.TellStream(name, isThere: true);
    }

    public void IsHere(byte[] name) => hub.TellPresence(name, isHere: true);

    public void Gone(byte[] name)
    {
        hub.TellPresence(name, isHere: false);
        hub.TellStream(name, isThere: false);
    }

    public void Published(StoredChannel channel, in CopiedMessage message)
    {
        hub.CountPublished();
        if (channel.FollowedAs is { } id)
        {
            followed.Append(id, message);
        }

        WhenPublished?.Invoke();
    }

    public void Cleared(StoredChannel channel, long before)
    {
        if (channel.FollowedAs is { } id)
        {
            followed.Clear(id, before);
        }
    }

    public void Ended(StoredChannel channel, in Ending ending)
    {
        if (channel.FollowedAs is { } id)
        {
            channel.FollowedAs = null;
            _byId.Remove(id);
            followed.End(id, ending);
        }

        Gone(channel.Name);
    }

    public void Follows(StoredChannel channel, uint id)
    {
        channel.FollowedAs = id;
        _byId[id] = channel;
    }

    public StoredChannel? Find(uint id) => _byId.GetValueOrDefault(id);

    public void Leaves(uint id)
    {
        if (_byId.Remove(id, out var channel))
        {
            channel.FollowedAs = null;
            followed.End(id, default);
        }
    }

    /// <summary>A channel's state, of which this process's copy knows who listens.</summary>
    public ChannelState StateOf(StoredChannel channel, in (int Stored, MessageStamp Newest) kept, long now)
    {
        var copy = hub.Find(channel.Name);
        var requested = channel.Fields.Requested;
        return new ChannelState(
            channel.Position,
            copy?.SubscriberCount ?? 0,
            kept.Stored,
            copy?.SecondsSinceRequest ?? (requested > 0 ? now - requested : null),
            kept.Newest);
    }
}
