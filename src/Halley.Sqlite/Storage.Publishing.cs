using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Outbox;

namespace Halley.Sqlite;

// What gives a message its place.
internal sealed partial class Storage
{
    /// <summary>Gives a message its place in a channel's stream.</summary>
    /// <param name="copy">The message, for those who follow the channel; null where it was not published now.</param>
    public PublishResult Publish(StoredChannel channel, in Publication publication, out CopiedMessage? copy)
    {
        copy = null;
        var now = Now;
        var (id, fingerprint) = publication.IdempotencyKey is null
            ? default
            : (publication.IdOn(channel.Name), publication.Fingerprint());
        if (publication.IdempotencyKey is not null
            && (_database.Keys.Find(id, fingerprint, now) ?? RoomForKey()) is { } known)
        {
            return known;
        }

        var retention = publication.Retention ?? _limits.RetentionOf?.Invoke(channel.Name);
        var keep = retention?.Messages ?? _limits.HistorySize;
        if (keep > 0 && !MayStore(publication.Payload.Length))
        {
            return new PublishResult(PublishStatus.OutOfMemory, channel.Position);
        }

        // Read before anything is changed.
        var oldest = OldestAfter(channel, keep, retention is null ? SlackOf(keep) : 0);
        _cache.Touch(channel);
        ref var fields = ref channel.Fields;
        _state.LastStamp = Stamps.Next(_state.LastStamp, _time.GetUtcNow());
        var result = new PublishResult(
            PublishStatus.Published, channel.Position, Stamps.Unpack(_state.LastStamp));
        var message = new StoredMessage(
            fields.Next++,
            publication.Payload,
            publication.Traits,
            result.Stamp,
            publication.Labels,
            retention?.TimeToLive is { } life
                ? now + 1 + (long)Math.Clamp(Math.Ceiling(life.TotalSeconds), 0, int.MaxValue / 2)
                : 0);
        fields.Use(now);
        Keep(channel, message, keep, oldest);
        copy = message.ToCopy(keep > 0, fields.Oldest, now);
        if (_tellOf?.Invoke(channel.Name, publication) is { } entry)
        {
            Tell(entry, entry.At(result.Position));
        }

        if (publication.IdempotencyKey is not null)
        {
            Remember(id, fingerprint, result, now + SecondsOf(_limits.IdempotencyWindow));
        }

        return result;
    }

    /// <summary>Adds an event for the operator's own servers.</summary>
    /// <param name="text">The whole of it.</param>
    public void Tell(OutboxEntry entry, byte[] text)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _unit.Do(() =>
        {
            foreach (var receiver in entry.Receivers)
            {
                _database.Events.Add(receiver, text, _outboxLimits, now);
            }
        });
    }

    public OutboxBatch ReadEvents(string receiver, int most) => _database.Events.Read(receiver, most);

    public void RemoveEvents(string receiver, long last) => _unit.Do(() => _database.Events.Remove(receiver, last));

    private void Keep(StoredChannel channel, StoredMessage message, int keep, long oldest)
    {
        ref var fields = ref channel.Fields;
        if (keep <= 0)
        {
            // Its number must not be given again, and nothing else in the file says that it was given.
            fields.UnkeptTo = message.Offset;
            fields.Oldest = fields.Count == 0 ? fields.Next : fields.Oldest;
            _unit.Save(channel);
            return;
        }

        fields.Count++;
        if (message.ExpiresAt > 0)
        {
            fields.LastExpiry = Math.Max(fields.LastExpiry, message.ExpiresAt);
            fields.FirstExpiry = fields.FirstExpiry == 0
                ? message.ExpiresAt
                : Math.Min(fields.FirstExpiry, message.ExpiresAt);
        }

        if (_unit.IsDirect)
        {
            _unit.Begin();
            Add(channel.Id, message);
        }
        else
        {
            _unit.Do(() => Add(channel.Id, message), channel, message);
        }

        if (oldest > fields.Oldest)
        {
            Drop(channel, oldest, LossReason.Evicted);
            fields.Count = keep;
            if (Math.Max(fields.UnkeptTo, fields.Losses.ExpiredTo) >= oldest - 1)
            {
                // Else it is read off the messages.
                _unit.Save(channel);
            }
        }
    }

    private void Add(long channel, in StoredMessage message)
    {
        _database.Messages.Add(channel, message);
        _state.Totals = _state.Totals with
        {
            Messages = _state.Totals.Messages + 1,
            Bytes = _state.Totals.Bytes + message.Payload.Length,
        };
    }

    private void Remember(UInt128 id, long fingerprint, PublishResult result, long until) => _unit.Do(() =>
    {
        var isNew = _database.Keys.Add(id, fingerprint, result, until);
        _state.Totals = _state.Totals with { Keys = _state.Totals.Keys + (isNew ? 1 : 0) };
    });

    private PublishResult? RoomForKey() => _state.Totals.Keys < _limits.MaxIdempotencyKeys
        ? null
        : new PublishResult(PublishStatus.TooManyKeys, default);

    private bool MayStore(int bytes) => _limits.MaxStoredBytes - _state.Totals.Bytes >= bytes;

    // The offset of the oldest message that is kept once one more is; 0 where none is dropped for it.
    private long OldestAfter(StoredChannel channel, int keep, int slack)
    {
        ref var fields = ref channel.Fields;
        if (keep <= 0 || fields.Count < (long)keep + slack)
        {
            return 0;
        }

        // Where all are kept, as they mostly are, that is a subtraction.
        return keep == 1 ? fields.Next
            : fields.Next - fields.Oldest == fields.Count ? fields.Next + 1 - keep
            : _database.Messages.OldestOf(channel.Id, keep - 1);
    }

    // Like iComet, a channel lets half as many again come before it drops the oldest in one go.
    private static int SlackOf(int keep) => Math.Max(0, (int)((keep + 1L) / 2) - 1);
}
