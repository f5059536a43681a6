using Halley.Protocol.Clients;

namespace Halley.Protocol.Explaining;

/// <summary>Some clients that somebody wants to know about, and what happened to them. Any thread.</summary>
/// <param name="filter">Who is meant: those of one channel, or one client.</param>
public sealed class Watch(ConnectionFilter filter)
{
    /// <summary>The most connections of which something is remembered.</summary>
    public const int MostConnections = 100;

    private readonly Lock _lock = new();
    private readonly List<ConnectionTrace> _traces = [];

    public ConnectionFilter Filter => filter;

    /// <summary>The time at which nobody wants to know any more.</summary>
    internal DateTimeOffset Until { get; private set; }

    /// <summary>Reads the events of each, in the order in which they came.</summary>
    public IReadOnlyList<TracedClient> Read()
    {
        lock (_lock)
        {
            return [.. _traces.Select(trace => trace.Read())];
        }
    }

    internal bool IsFor(ConnectionFilter other) =>
        filter.Client == other.Client
        && filter.User == other.User
        && (filter.Channel is null) == (other.Channel is null)
        && filter.Channel.AsSpan().SequenceEqual(other.Channel);

    internal void Extend(DateTimeOffset until)
    {
        lock (_lock)
        {
            Until = until;
            _traces.ForEach(trace => trace.Extend(until));
        }
    }

    /// <summary>Adds a connection's trace, in the place of one that has ended where there is no other.</summary>
    /// <returns>False where as many are watched as may.</returns>
    internal bool TryAdd(ConnectionTrace trace)
    {
        lock (_lock)
        {
            if (_traces.Contains(trace))
            {
                return true;
            }

            if (_traces.Count >= MostConnections)
            {
                var ended = _traces.FindIndex(other => other.HasEnded);
                if (ended < 0)
                {
                    return false;
                }

                _traces.RemoveAt(ended);
            }

            trace.Extend(Until);
            _traces.Add(trace);
            return true;
        }
    }

    internal void ForgetAt(DateTimeOffset now)
    {
        lock (_lock)
        {
            _traces.ForEach(trace => trace.ForgetAt(now));
        }
    }
}
