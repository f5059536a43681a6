using Halley.Channels;

namespace Halley.Sqlite;

// What is read of the channels.
internal sealed partial class Storage
{
    /// <summary>Finds a channel to read its state, which is no use of it.</summary>
    public StoredChannel? Peek(ReadOnlySpan<byte> name) => (_cache.Find(name) ?? Load(name)) switch
    {
        { } old when old.Fields.Generation < _state.Generation => Find(name),
        var found => found,
    };

    /// <summary>The messages kept that have not expired, oldest first.</summary>
    /// <param name="losses">The fate of the others.</param>
    public List<StoredMessage> Read(StoredChannel channel, out Losses losses)
    {
        var now = Now;
        losses = channel.Fields.Losses;
        var kept = _database.Messages.Read(channel.Id);
        kept.AddRange(_unit.ToldOf(channel).Where(told => kept.Count == 0 || told.Offset > kept[^1].Offset).ToList());
        foreach (var message in kept)
        {
            if (message.HasExpired(now))
            {
                losses = losses with { ExpiredTo = Math.Max(losses.ExpiredTo, message.Offset) };
            }
        }

        kept.RemoveAll(message => message.Offset < channel.Fields.Oldest || message.HasExpired(now));
        return kept;
    }

    /// <summary>The number of messages kept, and the stamp of the newest.</summary>
    public (int Stored, MessageStamp Newest) Count(StoredChannel channel)
    {
        if (!_unit.IsWhole)
        {
            var kept = Read(channel, out _);
            return (kept.Count, kept is [.., var newest] ? newest.Stamp : default);
        }

        return (_database.Messages.Count(channel.Id, Now), _database.Messages.Newest(channel.Id, Now));
    }

    /// <summary>
    /// The offset of the oldest among that many of the newest messages; the next one's where none is.
    /// </summary>
    public long OldestOf(StoredChannel channel, int newest)
    {
        var kept = newest > 0 ? Read(channel, out _) : [];
        return kept.Count == 0 ? channel.Fields.Next : kept[^Math.Min(newest, kept.Count)].Offset;
    }

    /// <summary>The names that begin with a prefix, in the order in which the channels were created.</summary>
    public List<byte[]> Names(ReadOnlySpan<byte> prefix) => _database.Channels.Names(prefix);
}
