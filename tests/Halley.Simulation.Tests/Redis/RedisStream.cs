namespace Halley.Simulation.Tests.Redis;

/// <summary>A channel as Redis has it: the hash and the stream of <see cref="Halley.Redis.Script"/>.</summary>
internal sealed class RedisStream
{
    public long Epoch { get; set; }

    public long Last { get; set; }

    public string Term { get; set; } = "";

    public long FormerEpoch { get; set; }

    public long FormerLast { get; set; }

    /// <summary>Milliseconds that it is kept after a use.</summary>
    public long Usual { get; init; }

    /// <summary>The time until which it is kept where nobody is here.</summary>
    public long KeptUntil { get; set; }

    /// <summary>The time at which it is gone.</summary>
    public long ExpiresAt { get; set; } = long.MaxValue;

    /// <summary>The oldest offset kept; null where it is not known.</summary>
    public long? Head { get; set; }

    public long Dropped { get; set; }

    public string DroppedWhy { get; set; } = "";

    public Dictionary<string, string> Holders { get; private init; } = [];

    public SortedDictionary<long, (byte[] Said, string Stamp, long Expires)> Entries { get; private init; } = [];

    public RedisStream Copy()
    {
        var copy = (RedisStream)MemberwiseClone();
        return new RedisStream
        {
            Epoch = copy.Epoch,
            Last = copy.Last,
            Term = copy.Term,
            FormerEpoch = copy.FormerEpoch,
            FormerLast = copy.FormerLast,
            Usual = copy.Usual,
            KeptUntil = copy.KeptUntil,
            ExpiresAt = copy.ExpiresAt,
            Head = copy.Head,
            Dropped = copy.Dropped,
            DroppedWhy = copy.DroppedWhy,
            Holders = new Dictionary<string, string>(Holders),
            Entries = new SortedDictionary<long, (byte[], string, long)>(Entries),
        };
    }

    public void Drop(long offset, string why) => (Dropped, DroppedWhy) = (offset, why);

    /// <summary>Keeps it for a while after a use.</summary>
    public void Keep(long now, long life)
    {
        var until = now + Math.Max(life, Usual);
        if (until < KeptUntil + 500)
        {
            return;
        }

        KeptUntil = until;
        ExpiresAt = ExpiresAt == long.MaxValue ? until : Math.Max(ExpiresAt, until);
    }

    /// <summary>Drops those of the oldest that have expired.</summary>
    public void Sweep(long now, int most)
    {
        foreach (var (offset, entry) in Entries.Take(most).ToArray())
        {
            if (entry.Expires > 0 && entry.Expires <= now)
            {
                Entries.Remove(offset);
                Drop(offset, "x");
            }
        }
    }
}
