using System.Text.Json;

namespace Halley.Testing;

/// <summary>
/// What one subscriber of a channel has heard, and its place for when it comes back. A message that comes twice, or not
/// in order, is thrown. Any thread.
/// </summary>
/// <param name="now">
/// Counts what is published: a message is owed to it when it was sent later than it was told that what it knew is void.
/// </param>
public sealed class Hearing(string channel, Func<int> now)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _heard = [];
    private string _epoch = "0";
    private long _next;
    private int _since = int.MaxValue;

    public string Channel { get; } = channel;

    /// <summary>How many messages it has heard in all.</summary>
    public long Heard { get; private set; }

    /// <summary>
    /// How many of those were kept when it was told that what it knew is void: it may have known them.
    /// </summary>
    public long HeardAgain { get; private set; }

    /// <summary>How often it was told that what it knew is void; the first time when it came.</summary>
    public int TimesTold { get; private set; }

    /// <summary>Since which message it knows all; never where it was never let in.</summary>
    public int Since
    {
        get
        {
            lock (_lock)
            {
                return _since;
            }
        }
    }

    /// <summary>The place that it comes back with.</summary>
    public (string Epoch, long Seq) Place
    {
        get
        {
            lock (_lock)
            {
                return (_epoch, _next);
            }
        }
    }

    public bool HasHeard(string text)
    {
        lock (_lock)
        {
            return _heard.Contains(text);
        }
    }

    /// <summary>Takes what it is told next.</summary>
    /// <exception cref="InvalidDataException">That cannot come now.</exception>
    public void Take(JsonElement message)
    {
        var type = message.GetProperty("type").GetString();
        var seq = message.GetProperty("seq").GetInt64();
        lock (_lock)
        {
            if (type is "exact" or "gap" or "reset")
            {
                if (type != "exact" || _epoch == "0")
                {
                    _heard.Clear();
                    _since = now();
                    TimesTold++;
                    HeardAgain += type == "reset" ? message.GetProperty("count").GetInt64() : 0;
                }

                _epoch = message.GetProperty("epoch").GetString()!;
                _next = seq;
            }
            else if (type == "data")
            {
                if (seq != _next || !_heard.Add(message.GetProperty("content").GetString()!))
                {
                    throw new InvalidDataException(
                        $"{Channel}: {_next} was to come next, and nothing twice: {message}");
                }

                _next = seq + 1;
                Heard++;
            }
            else if (type != "noop")
            {
                throw new InvalidDataException($"{Channel}: nobody asked for that: {message}");
            }
        }
    }
}
