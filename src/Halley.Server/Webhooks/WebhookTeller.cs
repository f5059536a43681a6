using Halley.Broker;
using Halley.Channels;
using Halley.Outbox;
using Halley.Redis;
using Halley.Server.Configuration;
using Halley.Sqlite;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Webhooks;

/// <summary>
/// Tells the operator's own servers of this node's channels. The main process tells, for its workers too; over Redis
/// the node that has a receiver's lease.
/// </summary>
internal sealed class WebhookTeller : IHubObserver, IDisposable
{
    /// <summary>The limits of each receiver's queue.</summary>
    public static readonly OutboxLimits Limits = new(100_000, 64L << 20);

    private static readonly TimeSpan LookForDeadEvery = TimeSpan.FromSeconds(5);

    private readonly WebhookRules _rules;
    private readonly MemoryOutbox? _memory;
    private readonly Occupancy _occupancy;
    private readonly WebhookClient _client;
    private readonly List<WebhookSender> _senders;
    private readonly ITimer? _deadNodes;
    private readonly RedisOutbox? _redis;
    private Task _looking = Task.CompletedTask;

    private WebhookTeller(
        IReadOnlyList<WebhookSection> webhooks,
        WebhookRules rules,
        Hub hub,
        RedisOutbox? redis,
        SqliteOutbox? storage,
        TimeProvider time,
        ILogger logger)
    {
        _rules = rules;
        _redis = redis;
        IOutbox outbox = redis is not null ? redis
            : storage is not null ? storage
            : _memory = new MemoryOutbox(webhooks.Select(webhook => webhook.Name), Limits, time);
        _client = new WebhookClient(webhooks.Count);
        _senders = [.. webhooks.Select(webhook => new WebhookSender(webhook, outbox, _client, time, logger))];
        _occupancy = new Occupancy(rules, outbox, time);
        hub.Observe(_occupancy);
        if (_memory is not null)
        {
            hub.Observe(this);
        }

        if (redis is not null)
        {
            redis.Forgotten += _occupancy.NoteAnew;
            LookForDead(isStarting: true);
            _deadNodes = time.CreateTimer(
                _ => LookForDead(isStarting: false), null, LookForDeadEvery, LookForDeadEvery);
        }

        _senders.ForEach(sender => sender.Start());
    }

    /// <summary>The receivers' names, and what each was told.</summary>
    public IEnumerable<(string Name, WebhookCounts Counts)> Receivers =>
        _senders.Select(sender => (sender.Name, sender.Counts));

    /// <summary>Makes the rules for what is told of publications; null where there are no receivers.</summary>
    public static WebhookRules? RulesOf(HalleyOptions options, TimeProvider time) =>
        options.GetWebhooks().Count == 0
            ? null
            : new WebhookRules(options.GetWebhooks(), options.GetNamespaces(), time);

    /// <summary>Begins to tell; nothing has happened in the hub yet.</summary>
    /// <param name="rules">Null for no receivers.</param>
    /// <exception cref="ConfigurationException">A file with a secret cannot be read.</exception>
    public static WebhookTeller? Begin(
        HalleyOptions options,
        WebhookRules? rules,
        Hub hub,
        RedisBroker? redis,
        SqliteBroker? storage,
        TimeProvider time,
        ILogger logger) => rules is null
        ? null
        : new WebhookTeller(options.GetWebhooks(), rules, hub, redis?.Outbox, storage?.Outbox, time, logger);

    /// <inheritdoc/>
    void IHubObserver.Published(Channel channel, in Publication publication, StreamPosition position)
    {
        if (_rules.OfPublication(channel.Name, publication) is { } entry)
        {
            _memory!.Add(entry, position);
        }
    }

    /// <inheritdoc/>
    void IHubObserver.ChannelCreated(Channel channel)
    {
    }

    /// <inheritdoc/>
    void IHubObserver.ChannelRemoved(Channel channel, bool wasClosed)
    {
    }

    /// <inheritdoc/>
    void IHubObserver.SubscribersChanged(Channel channel, int by)
    {
    }

    /// <summary>Says that nobody listens here any more, and ends; before the broker does.</summary>
    public void Dispose()
    {
        _deadNodes?.Dispose();
        if (_redis is not null)
        {
            _redis.Forgotten -= _occupancy.NoteAnew;
        }

        _occupancy.Dispose();
        _senders.ForEach(sender => sender.Dispose());
        _client.Dispose();
    }

    private void LookForDead(bool isStarting)
    {
        if (_looking.IsCompleted)
        {
            _looking = ForgetTheDead(isStarting);
        }
    }

    private async Task ForgetTheDead(bool isStarting)
    {
        try
        {
            await _redis!.ForgetTheDead(name => _rules.OfOccupancy(name, isOccupied: false), isStarting)
                .ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Tried again soon; any node does it.
        }
    }
}
