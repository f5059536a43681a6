namespace Halley.Protocol.Clients;

// Clients that were in another process before, or may be said by one to have gone.
internal sealed partial class PresenceLedger
{
    // Of those of a process that was silent for longer than that, it is found out first whether they are elsewhere.
    private static readonly TimeSpan Search = TimeSpan.FromSeconds(2);

    // Longer than it takes until a process that has died has an heir.
    private static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(8);

    /// <summary>Gives away one that has gone: it has come to another process.</summary>
    public PresentClient? HandOver(UInt128 key)
    {
        lock (_lock)
        {
            var present = TakeGone(key, static present => present.IsAnnounced);
            if (present is not null)
            {
                _handedOver.Enqueue((present, time.GetTimestamp()));
            }

            return present;
        }
    }

    /// <summary>Takes over one that was in another process, for one that has arrived here.</summary>
    /// <param name="arrived">Null where nobody has: then it has gone now.</param>
    public void TakeOver(PresentClient? arrived, PresentClient other)
    {
        lock (_lock)
        {
            if (arrived is null)
            {
                AddGone(other);
                return;
            }

            (arrived.Id, arrived.Since, arrived.IsAnnounced) = (other.Id, other.Since, true);
            arrived.Client?.Continue(arrived.Id, arrived.Since);
        }
    }

    /// <summary>
    /// Waits with those who have come while a process does not answer: they may be its clients, should it have died.
    /// </summary>
    /// <param name="known">The keys of those who were with processes that have answered.</param>
    /// <returns>Those who need not wait, or have waited for long enough.</returns>
    public List<PresentClient> Doubt(IEnumerable<PresentClient> arrived, IReadOnlySet<UInt128> known)
    {
        var certain = new List<PresentClient>();
        lock (_lock)
        {
            foreach (var present in arrived)
            {
                if (present.IsSession
                    || known.Contains(present.Key)
                    || time.GetElapsedTime(present.ArrivedAt) >= LongestDoubt)
                {
                    certain.Add(present);
                }
                else if (present.Client is not null)
                {
                    _arrived.Add(present);
                }
            }
        }

        return certain;
    }

    /// <summary>
    /// Takes over those that were announced by a process that has died: they have gone now, and may come back.
    /// </summary>
    /// <param name="silence">The time since that process was last heard of: some of them are elsewhere already.</param>
    /// <returns>Those that were not known yet.</returns>
    public List<PresentClient> Inherit(IReadOnlyList<byte[]> left, TimeSpan silence)
    {
        var now = time.GetTimestamp();
        var before = silence < Grace - Search ? silence : Grace - Search;
        var since = now - (long)(before.TotalSeconds * time.TimestampFrequency);
        var inherited = new List<PresentClient>();
        lock (_lock)
        {
            foreach (var written in left)
            {
                if (PresenceBequest.TryRead(written, now) is not { } present)
                {
                    continue;
                }

                if (present.IsSession)
                {
                    // One that connects again is another client.
                    _left.Add(present);
                }
                else if (_gone.TryGetValue(present.Key, out var same) && same.Exists(one => one.Id == present.Id))
                {
                    continue;
                }
                else
                {
                    AddGone(present, since);
                }

                inherited.Add(present);
            }
        }

        return inherited;
    }

    /// <summary>
    /// Has all that are here come anew: another process has said, or is about to say, that those who were announced
    /// have gone. Each but a session is another client from now on, since the one that it was may be elsewhere.
    /// </summary>
    /// <returns>The names of what was bequeathed of those that were announced.</returns>
    public List<byte[]> ComeAnew()
    {
        lock (_lock)
        {
            List<byte[]> bequeathed =
            [
                .. Present().Where(static present => present.IsAnnounced).Select(PresenceBequest.KeyOf),
            ];
            _gone.Clear();
            _left.Clear();
            _awaited = 0;
            foreach (var present in Present().Where(static present => present.IsAnnounced))
            {
                present.IsAnnounced = false;
                present.Id = present.IsSession ? present.Id : AdmittedClient.NewId();
                (present.Since, present.ArrivedAt) = (time.GetUtcNow(), time.GetTimestamp());
                _arrived.Add(present);
                if (!present.IsSession)
                {
                    present.Client?.Continue(present.Id, present.Since);
                }
            }

            return bequeathed;
        }
    }
}
