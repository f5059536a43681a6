using System.Globalization;
using System.Text;
using Halley.Redis;
using StackExchange.Redis;

namespace Halley.Simulation.Tests.Redis;

/// <summary>
/// A Redis that does in C# what <see cref="Script"/> has the real one do, and whose restart or failover loses the end
/// of what it had. The scripts themselves are tested over the real one, in Halley.Redis.Tests.
/// </summary>
/// <param name="now">Milliseconds since 1970.</param>
internal sealed class RedisDouble(Func<long> now)
{
    private Dictionary<string, RedisStream> _streams = [];
    private Dictionary<string, (string Value, long Expires)> _keys = [];
    private (Dictionary<string, RedisStream> Streams, Dictionary<string, (string, long)> Keys) _saved = ([], []);
    private long _stampSecond;
    private long _stampTag;
    private int _term;

    /// <summary>Told of everything that is published to a topic.</summary>
    public event Action<string, byte[]>? Published;

    private string Term => string.Create(CultureInfo.InvariantCulture, $"term{_term}");

    /// <summary>What a replica or the disk has, from now on.</summary>
    public void Save() => _saved = (Copy(_streams), new(_keys));

    /// <summary>Another server takes over, or the same one is started again.</summary>
    /// <param name="losesEnd">Whether what was done since <see cref="Save"/> is lost.</param>
    public void Restart(bool losesEnd)
    {
        _term++;
        if (losesEnd)
        {
            (_streams, _keys) = (Copy(_saved.Streams), new(_saved.Keys));
        }
    }

    public void Publish(string topic, byte[] message) => Published?.Invoke(topic, message);

    public RedisResult Run(Script script, RedisKey[] keys, RedisValue[] arguments)
    {
        var key = (string)keys[0]!;
        var stream = Open(key, arguments, out var isNew);
        if (stream is null)
        {
            return RedisResult.Create(RedisValue.Null);
        }

        return script switch
        {
            _ when script == Script.Publish => Publish(stream, isNew, keys, arguments),
            _ when script == Script.Read => Read(stream, isNew, arguments),
            _ when script == Script.Close => Close(key, stream, arguments),
            _ when script == Script.Clear => Clear(stream, arguments),
            _ => throw new NotSupportedException("No simulation needs this script yet."),
        };
    }

    private static Dictionary<string, RedisStream> Copy(Dictionary<string, RedisStream> streams) =>
        streams.ToDictionary(static pair => pair.Key, static pair => pair.Value.Copy());

    private static RedisResult Give(params RedisValue[] values) =>
        RedisResult.Create([.. values.Select(static value => RedisResult.Create(value))]);

    private static byte[] Line(string line, RedisValue rest) => [.. Encoding.ASCII.GetBytes(line), .. (byte[])rest!];

    private RedisStream? Open(string key, RedisValue[] arguments, out bool isNew)
    {
        isNew = false;
        if (_streams.TryGetValue(key, out var stream) && stream.ExpiresAt > now())
        {
            if (stream.Term != Term)
            {
                (stream.FormerEpoch, stream.FormerLast) = (stream.Epoch, stream.Last);
                (stream.Epoch, stream.Term) = ((long)arguments[0], Term);
            }

            return stream;
        }

        _streams.Remove(key);
        if ((long)arguments[2] == 0)
        {
            return null;
        }

        isNew = true;
        return _streams[key] = new RedisStream
        {
            Epoch = (long)arguments[0],
            Term = Term,
            Usual = (long)arguments[3],
        };
    }

    private RedisResult Publish(RedisStream stream, bool isNew, RedisKey[] keys, RedisValue[] arguments)
    {
        var (room, slack, life) = ((long)arguments[4], (long)arguments[5], (long)arguments[6]);
        if (keys.Length > 4 && Known(keys[4]!, arguments[11], stream, isNew) is { } known)
        {
            return known;
        }

        var (second, tag) = (now() / 1000, 1L);
        if (_stampSecond > second || (_stampSecond == second && _stampTag >= tag))
        {
            (second, tag) = (_stampSecond, _stampTag + 1);
        }

        (_stampSecond, _stampTag) = (second, tag);
        var offset = ++stream.Last;
        if (room > 0)
        {
            Keep(stream, arguments[8], $"{second} {tag}", room, slack, life);
        }

        stream.Keep(now(), life);
        var oldest = stream.Head ?? offset + 1;
        var lifeInSeconds = (life + 999) / 1000;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"m {stream.Epoch} {offset} {oldest} {(room > 0 ? 1 : 0)} {lifeInSeconds} {second} {tag}\n");
        Publish((string)arguments[7]!, Line(line, arguments[8]));
        if (keys.Length > 4)
        {
            _keys[keys[4]!] = (
                string.Create(
                    CultureInfo.InvariantCulture, $"{arguments[11]} {stream.Epoch} {offset} {second} {tag}"),
                now() + (long)arguments[10]);
        }

        return Give(stream.Epoch, offset, second, tag, isNew ? 1 : 0, stream.Term, 0);
    }

    private RedisResult? Known(string key, RedisValue fingerprint, RedisStream stream, bool isNew)
    {
        if (!_keys.TryGetValue(key, out var known) || known.Expires <= now())
        {
            return null;
        }

        var parts = known.Value.Split(' ');
        return parts[0] != fingerprint
            ? RedisResult.Create((RedisValue)"reused")
            : Give(parts[1], parts[2], parts[3], parts[4], isNew ? 1 : 0, stream.Term, 1);
    }

    private void Keep(RedisStream stream, RedisValue said, string stamp, long room, long slack, long life)
    {
        var head = stream.Head;
        stream.Entries.Add(stream.Last, ((byte[])said!, stamp, life > 0 ? now() + life : 0));
        if (life > 0)
        {
            stream.Sweep(now(), 2);
        }

        var hasMoved = life > 0 || head is null;
        if (stream.Entries.Count > room + slack)
        {
            while (stream.Entries.Count > room)
            {
                stream.Entries.Remove(stream.Entries.First().Key);
            }

            hasMoved = true;
        }

        if (hasMoved)
        {
            var first = stream.Entries.First().Key;
            if (head is not null && first != head && stream.DroppedWhy != "x")
            {
                stream.Drop(first - 1, "e");
            }

            stream.Head = first;
        }
    }

    private RedisResult Read(RedisStream stream, bool isNew, RedisValue[] arguments)
    {
        var (from, field, holds) = ((long)arguments[4], (string)arguments[5]!, (string)arguments[6]!);
        if ((long)arguments[7] == 1)
        {
            stream.Keep(now(), 0);
        }

        if (holds.Length > 0)
        {
            stream.Holders[field] = holds;
            stream.ExpiresAt = Math.Max(stream.ExpiresAt == long.MaxValue ? 0 : stream.ExpiresAt, Until(holds));
        }
        else if (stream.Holders.Remove(field))
        {
            stream.Keep(now(), 0);
            stream.ExpiresAt = Math.Max(
                stream.KeptUntil, stream.Holders.Values.Select(Until).DefaultIfEmpty(0).Max());
        }

        return RedisResult.Create(
        [
            .. ((RedisValue[])
            [
                stream.Epoch, stream.Last, stream.FormerEpoch, stream.FormerLast, stream.Dropped, stream.DroppedWhy,
                isNew ? 1 : 0,
            ]).Select(static value => RedisResult.Create(value)),
            RedisResult.Create(
            [
                .. stream.Entries.Where(entry => entry.Key >= from).Select(entry => RedisResult.Create(
                [
                    RedisResult.Create((RedisValue)$"{entry.Key}-0"),
                    Give("b", entry.Value.Said, "t", entry.Value.Stamp, "x", entry.Value.Expires),
                ])),
            ]),
        ]);
    }

    private RedisResult Close(string key, RedisStream stream, RedisValue[] arguments)
    {
        _streams.Remove(key);
        Publish(
            (string)arguments[4]!,
            Line(string.Create(CultureInfo.InvariantCulture, $"e {stream.Epoch} {stream.Last}\n"), arguments[5]));
        return RedisResult.Create(
        [
            .. ((RedisValue[])[stream.Epoch, stream.Last, stream.Entries.Count, "", now(), ""]).Select(
                static value => RedisResult.Create(value)),
            RedisResult.Create(Array.Empty<RedisResult>()),
        ]);
    }

    private RedisResult Clear(RedisStream stream, RedisValue[] arguments)
    {
        stream.Entries.Clear();
        stream.Head = null;
        stream.Drop(stream.Last, "c");
        Publish(
            (string)arguments[4]!,
            Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"c {stream.Epoch} {stream.Last}\n")));
        return Give(stream.Epoch, stream.Last);
    }

    private static long Until(string holds) => long.Parse(holds.Split(' ')[1], CultureInfo.InvariantCulture);
}
