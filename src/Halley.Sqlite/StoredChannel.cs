using Halley.Channels;

namespace Halley.Sqlite;

/// <summary>
/// A channel of the file that is in use: what has to be known of it to give out numbers, and not its messages. On the
/// writer's thread.
/// </summary>
internal sealed class StoredChannel(byte[] name, long id, in StoredFields fields)
{
    private StoredFields _before;

    public byte[] Name { get; } = name;

    public long Id { get; } = id;

    /// <summary>As it is when all has succeeded that is under way.</summary>
    public StoredFields Fields = fields;

    /// <summary>The number of the copy in this process that subscribers listen to; null where nobody does.</summary>
    public uint? FollowedAs { get; set; }

    /// <summary>The time at which it is to be looked at; an entry of the queue with another time is void.</summary>
    public long Due { get; set; }

    /// <summary>The time of its last use.</summary>
    public long LastUse { get; set; }

    /// <summary>The seconds that it had left when somebody began to listen.</summary>
    public long Left { get; set; }

    /// <summary>Whether its row is to be written with what is under way.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether <see cref="Undo"/> has something to go back to.</summary>
    public bool IsTouched { get; private set; }

    public StreamPosition Position => new(Fields.Epoch, Fields.Next);

    public void Touch() => (_before, IsTouched) = (Fields, true);

    public void Accept() => IsTouched = false;

    public void Undo() => (Fields, IsTouched) = (_before, false);
}

/// <summary>The fields of a channel that change. Times are seconds of UTC.</summary>
internal struct StoredFields
{
    public long Epoch;

    /// <summary>See <see cref="StorageState.Generation"/>.</summary>
    public long Generation;

    /// <summary>The offset of the next message.</summary>
    public long Next;

    /// <summary>The number of messages that the file has.</summary>
    public long Count;

    /// <summary>The offset of the oldest of them; the next one's where there is none.</summary>
    public long Oldest;

    /// <summary>The latest time at which one of them expires; 0 where none does.</summary>
    public long LastExpiry;

    /// <summary>The first such time, or an earlier one; 0 where none expires.</summary>
    public long FirstExpiry;

    public Losses Losses;

    /// <summary>The newest message that was not to be kept; 0 where none was.</summary>
    public long UnkeptTo;

    /// <summary>The least that a use gives it.</summary>
    public long Usual;

    /// <summary>The time at which it is forgotten, where nobody listens.</summary>
    public long ForgetAt;

    /// <summary>
    /// The time at which its row says that it is to be looked at; sooner than needed while it is in use.
    /// </summary>
    public long LookAt;

    /// <summary>The last time that somebody asked for messages; 0 for never in this process.</summary>
    public long Requested;

    /// <summary>The time at which the comings and goings are told again that it is here.</summary>
    public long PresenceAt;

    /// <summary>The time at which nothing holds it any more.</summary>
    public readonly long EndsAt => Math.Max(ForgetAt + 1, LastExpiry);

    public readonly long NextLook => FirstExpiry > 0 ? Math.Min(FirstExpiry, EndsAt) : EndsAt;

    /// <summary>Using a channel gives it at least its usual time; a longer one, once given, is kept.</summary>
    public void Use(long now) => ForgetAt = Math.Max(ForgetAt, now + Usual);
}
