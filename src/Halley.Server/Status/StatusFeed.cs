using System.Text.Json;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Explaining;
using Halley.Redis;
using Halley.Server.Logging;
using Halley.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Status;

/// <summary>
/// The state of this server and its workers, as a message each second of a stream of their own. While nobody looks,
/// nothing is done. Any thread.
/// </summary>
/// <param name="incidents">Those of this process.</param>
/// <param name="workers">The number of worker processes.</param>
/// <param name="whyNotReady">What keeps the server from its work, a sentence each.</param>
internal sealed class StatusFeed(
    ProcessMetrics metrics,
    Func<Incidents> incidents,
    int workers,
    RedisBroker? redis,
    Func<IReadOnlyList<string>> whyNotReady,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    /// <summary>The highest number of pages that look at once.</summary>
    public const int MostFollowers = 100;

    // As many as a page draws.
    private const int MostSamples = 300;
    private const int BetweenNodes = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Feed _feed = new(MostFollowers);
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _samples = new();
    private ITimer? _timer;
    private int _isAtWork;
    private int _untilNodes;
    private long _told;

    /// <summary>Attaches somebody who looks.</summary>
    /// <returns>False where as many do as may.</returns>
    public bool Attach(Subscription follower, IDispatcher dispatcher)
    {
        if (_feed.Attach(follower, dispatcher).Status != AttachStatus.Attached)
        {
            return false;
        }

        lock (_lock)
        {
            _timer ??= time.CreateTimer(_ => _ = Tell(), null, TimeSpan.Zero, Interval);
        }

        return true;
    }

    /// <summary>Makes the first message for a page: whom it talks to, and what others who look have seen.</summary>
    public byte[] Greeting(bool mayChange) => JsonBytes.Write(writer =>
    {
        writer.WriteStartObject("hello"u8);
        writer.WriteString("server"u8, redis?.Node ?? Environment.MachineName);
        writer.WriteString("version"u8, Product.Version);
        writer.WriteString("may"u8, mayChange ? "all"u8 : "read"u8);
        writer.WriteStartArray("samples"u8);
        lock (_lock)
        {
            foreach (var sample in _samples)
            {
                writer.WriteRawValue(sample);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
        }
    }

    private async Task Tell()
    {
        // One at a time: workers may be slow to answer.
        if (Interlocked.Exchange(ref _isAtWork, 1) == 1)
        {
            return;
        }

        try
        {
            if (IsFollowed())
            {
                await TellSample().ConfigureAwait(false);
            }
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            logger.StatusFailed(failed);
        }
        finally
        {
            Volatile.Write(ref _isAtWork, 0);
        }
    }

    // The last one has gone: nothing is done, and nothing remembered, until somebody comes.
    private bool IsFollowed()
    {
        lock (_lock)
        {
            if (_feed.FollowerCount > 0)
            {
                return true;
            }

            _timer?.Dispose();
            _timer = null;
            _samples.Clear();
            _untilNodes = 0;
            return false;
        }
    }

    private async Task TellSample()
    {
        var families = await metrics.ReadAll().ConfigureAwait(false);
        var noted = await IncidentsAnswer.Ask(incidents(), metrics.Workers).ConfigureAwait(false);
        var nodes = redis is not null && _untilNodes-- <= 0 ? await Nodes(redis).ConfigureAwait(false) : null;
        var sample = JsonBytes.Write(writer => Write(families, writer));
        lock (_lock)
        {
            _samples.Enqueue(sample);
            if (_samples.Count > MostSamples)
            {
                _samples.Dequeue();
            }
        }

        _told += _feed.FollowerCount;
        _feed.Tell(JsonBytes.Write(writer =>
        {
            Write(families, writer);
            noted.Write(writer);
            if (nodes is not null)
            {
                Write(nodes, writer);
            }
        }));
    }

    private async Task<IReadOnlyList<NodeLease>?> Nodes(RedisBroker broker)
    {
        try
        {
            _untilNodes = BetweenNodes;
            return await broker.Nodes().ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            return null;
        }
    }

    // Of all processes together; histograms are for who reads /metrics.
    private void Write(IReadOnlyList<MetricFamily> families, Utf8JsonWriter writer)
    {
        writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteNumber("workers"u8, workers);

        // What the pages themselves are in the counts below.
        writer.WriteNumber("watching"u8, _feed.FollowerCount);
        writer.WriteNumber("told"u8, _told);
        writer.WriteBoolean("redis"u8, redis is not null);
        writer.WriteStartArray("reasons"u8);
        foreach (var reason in whyNotReady())
        {
            writer.WriteStringValue(reason);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("counts"u8);
        foreach (var family in families.Where(family => family.Kind != MetricKind.Histogram))
        {
            writer.WriteStartObject(family.Name);
            foreach (var tag in family.Samples.GroupBy(TagOf))
            {
                writer.WriteNumber(tag.Key, tag.Sum(sample => sample.Value));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(IReadOnlyList<NodeLease> nodes, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("nodes"u8);
        foreach (var node in nodes)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, node.Name);
            writer.WriteString("version"u8, node.Version);
            writer.WriteNumber("connections"u8, node.Connections);
            writer.WriteNumber("subscribers"u8, node.Subscribers);
            writer.WriteNumber("channels"u8, node.Channels);
            if (node.Lag is { } lag)
            {
                writer.WriteNumber("lag"u8, lag);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string TagOf(MetricSample sample) =>
        sample.Tags.FirstOrDefault(tag => tag.Key != MetricAnswer.WorkerTag).Value ?? "";
}
