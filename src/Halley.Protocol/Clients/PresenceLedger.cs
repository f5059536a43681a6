using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Halley.Protocol.Clients;

/// <summary>
/// The clients present in this process, where comings and goings are published: those that have come and were not
/// announced yet, those that are here, and those that have gone so lately that they may come back. Any thread.
/// </summary>
internal sealed partial class PresenceLedger(ChannelNamespaces namespaces, TimeProvider time)
{
    /// <summary>The time in which one that has gone may come back, so that nothing is said of it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The most that are waited for; of one more it is said at once that it has gone.</summary>
    public const int MostAwaited = 100_000;

    // One that does not stay so long is not announced: it may be on its way to another process.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    // One that went to another process is still listed here until it surely is there.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<AdmittedClient, PresentClient> _here = [];
    private readonly Dictionary<UInt128, List<PresentClient>> _gone = [];
    private readonly Queue<(PresentClient Client, long Since)> _handedOver = [];
    private readonly HashSet<PresentClient> _arrived = [];
    private volatile ChannelNamespaces _namespaces = namespaces;
    private List<PresentClient> _left = [];
    private int _awaited;

    /// <summary>The namespaces that say so. A client that is here already was announced by those of its time.</summary>
    public ChannelNamespaces Namespaces
    {
        get => _namespaces;
        set => _namespaces = value;
    }

    /// <summary>Whether comings and goings of a channel are published.</summary>
    public bool Tells(byte[] channel) => Namespaces.TellsPresence(channel);

    /// <summary>An answer is held for a client. It may be one that was here.</summary>
    public void Begin(AdmittedClient client)
    {
        // What a session listens to it says one by one.
        byte[][] told = client.Session is null ? [.. client.Channels.Where(Tells)] : [];
        if (told.Length == 0)
        {
            return;
        }

        var key = KeyOf(client.User, client.Info, told);
        lock (_lock)
        {
            var present = TakeGone(key, static _ => true) ?? new PresentClient(key, client.User, client.Info, told)
            {
                Id = client.Id,
                Since = client.Since,
                ArrivedAt = time.GetTimestamp(),
            };
            if (!present.IsAnnounced)
            {
                _arrived.Add(present);
            }

            present.Client = client;
            client.Continue(present.Id, present.Since);
            _here[client] = present;
        }
    }

    /// <summary>The answer that was held for a client has ended.</summary>
    public void End(AdmittedClient client)
    {
        lock (_lock)
        {
            if (_here.Remove(client, out var present))
            {
                _arrived.Remove(present);
                AddGone(present);
            }

            EndSession(client);
        }
    }

    /// <summary>A client was answered at once: it is not gone for good.</summary>
    public void Touch(string user, byte[]? info, IReadOnlyList<byte[]> channels)
    {
        byte[][] told = [.. channels.Where(Tells)];
        if (told.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (TakeGone(KeyOf(user, info, told), static _ => true) is { } present)
            {
                AddGone(present);
            }
        }
    }

    /// <summary>Those that have come and were not announced.</summary>
    public List<PresentClient> TakeArrived()
    {
        lock (_lock)
        {
            List<PresentClient> arrived =
            [
                .. _arrived.Where(
                    present => present.IsSession || time.GetElapsedTime(present.ArrivedAt) >= Settling),
            ];
            _arrived.ExceptWith(arrived);
            return arrived;
        }
    }

    /// <summary>Those that have gone and not come back in time.</summary>
    public List<PresentClient> TakeLeft()
    {
        lock (_lock)
        {
            foreach (var (key, same) in _gone)
            {
                var still = same.FindIndex(present => time.GetElapsedTime(present.GoneSince) < Grace);
                var over = still < 0 ? same.Count : still;
                _left.AddRange(same[..over]);
                same.RemoveRange(0, over);
                _awaited -= over;
                if (same.Count == 0)
                {
                    _gone.Remove(key);
                }
            }

            while (_handedOver.TryPeek(out var first) && time.GetElapsedTime(first.Since) >= Overlap)
            {
                _handedOver.Dequeue();
            }

            var left = Interlocked.Exchange(ref _left, []);
            left.RemoveAll(static present => !present.IsAnnounced);
            return left;
        }
    }

    /// <summary>All that were announced: the process ends.</summary>
    public List<PresentClient> TakeAll()
    {
        lock (_lock)
        {
            List<PresentClient> all = [.. Present().Where(present => present.IsAnnounced)];
            _here.Clear();
            _gone.Clear();
            _sessions.Clear();
            return all;
        }
    }

    public void Announced(PresentClient present)
    {
        lock (_lock)
        {
            present.IsAnnounced = true;
        }
    }

    /// <summary>Those that were announced in a channel, and of whom nothing else was said since.</summary>
    public IReadOnlyList<ListedClient> In(byte[] channel, int most)
    {
        lock (_lock)
        {
            return
            [
                .. Present().Concat(_handedOver.Select(pair => pair.Client))
                    .Where(present => (present.IsAnnounced || present.IsSession)
                        && present.Channels.Any(own => own.AsSpan().SequenceEqual(channel)))
                    .Take(most)
                    .Select(present => new ListedClient(
                        present.Id, present.User, present.Since.ToUnixTimeSeconds(), present.Info)
                    {
                        ChannelInfo = present.ChannelInfo,
                    }),
            ];
        }
    }

    private IEnumerable<PresentClient> Present() => _here.Values
        .Concat(_gone.Values.SelectMany(same => same))
        .Concat(_left)
        .Concat(_sessions.Values.SelectMany(own => own));

    // The last one that has gone; the others stay in their order.
    private PresentClient? TakeGone(UInt128 key, Predicate<PresentClient> isMeant)
    {
        if (!_gone.TryGetValue(key, out var same) || same.FindLastIndex(isMeant) is var at && at < 0)
        {
            return null;
        }

        _awaited--;
        var present = same[at];
        same.RemoveAt(at);
        if (same.Count == 0)
        {
            _gone.Remove(key);
        }

        return present;
    }

    private void AddGone(PresentClient present) => AddGone(present, time.GetTimestamp());

    // Of the same key in the order in which they went, as those are taken whose time is over.
    private void AddGone(PresentClient present, long since)
    {
        (present.Client, present.GoneSince) = (null, since);
        if (_awaited >= MostAwaited)
        {
            _left.Add(present);
            return;
        }

        _awaited++;
        ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(_gone, present.Key, out _);
        same ??= [];
        same.Insert(same.FindLastIndex(other => other.GoneSince <= since) + 1, present);
    }

    private static UInt128 KeyOf(string user, byte[]? info, IEnumerable<byte[]> channels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(Encoding.UTF8.GetBytes(user));
        Append(info ?? []);
        foreach (var channel in channels)
        {
            Append(channel);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return MemoryMarshal.Read<UInt128>(digest);

        void Append(byte[] part)
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(part);
        }
    }
}
