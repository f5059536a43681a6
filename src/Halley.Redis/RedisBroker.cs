using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// Channels that several nodes share: Redis sequences and keeps, this node follows what its subscribers listen to.
/// </summary>
public sealed partial class RedisBroker : IBroker, IAsyncDisposable
{
    private const string CountQuestion = "redis.count";

    // A thousand pipelined commands at a time: Redis serves others in between.
    private const int MostAtOnce = 1000;

    // Whether a node does not answer is to be known before its lease is over.
    private static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ForEver = TimeSpan.FromDays(3650);

    private readonly Hub _hub;
    private readonly RedisOptions _options;
    private readonly RedisKeys _keys;
    private readonly IRedisLink _link;
    private readonly RedisSource _source;
    private readonly ChannelIndex _index;
    private readonly Peers _peers;
    private readonly StagedEvents? _staged;
    private readonly Estate _estate;
    private readonly OwnLease _lease;
    private readonly ReplicaConfirmations? _replicas;

    /// <param name="hub">It has its channels from Redis from now on.</param>
    public RedisBroker(Hub hub, RedisOptions options, TimeProvider time, ILogger logger)
        : this(hub, options, new RedisLink(options, logger), time, logger)
    {
    }

    internal RedisBroker(Hub hub, RedisOptions options, IRedisLink link, TimeProvider time, ILogger logger)
    {
        _hub = hub;
        _options = options;
        _keys = new RedisKeys(options);
        _link = link;
        _source = new RedisSource(hub, _link, _keys, options, time, logger);
        _replicas = options.WaitsForReplica ? new ReplicaConfirmations(options, _keys, logger) : null;
        _peers = new Peers(hub, _link, _keys, options, time, logger);
        _index = new ChannelIndex(_link, _keys, options, time, _peers.TellPresence);
        _source.Created = WasCreated;
        Outbox = new RedisOutbox(_link, _keys, options);
        _staged = options is { IsCluster: true, TellOf: not null }
            ? new StagedEvents(_link, _keys, options, Outbox.WasAdded, time)
            : null;
        _estate = new Estate(_link, _keys, options);
        var heir = new Heir(hub, _link, _keys, options, _estate, logger);
        _lease = new OwnLease(hub, _link, _keys, options, _estate, heir, Account, time);
        _lease.Ended += Outbox.WasForgotten;
        hub.Answers(CountQuestion, _ => Encoding.ASCII.GetBytes(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{hub.SubscriberCount} {hub.ReceiverCount} {hub.PublishedCount}")));
        hub.Use(this);
    }

    /// <summary>This node's name.</summary>
    public string Node => _options.Node;

    /// <summary>All nodes that share this Redis and live, by name; throws where it does not answer.</summary>
    public Task<IReadOnlyList<NodeLease>> Nodes() => _link.Ask(asked => NodeLease.ReadAll(asked, _keys));

    /// <summary>The events for the operator's own servers.</summary>
    public RedisOutbox Outbox { get; }

    /// <summary>Whether Redis can be asked, and passes on what is published.</summary>
    public bool IsReady => _peers.IsHearing;

    /// <summary>The time that the last message to itself took through Redis; null where none came back yet.</summary>
    public TimeSpan? RoundTrip => _peers.RoundTrip;

    /// <summary>
    /// Connects; returns, too, where Redis does not answer yet: then it is tried again until it does.
    /// </summary>
    public async Task Start()
    {
        await _link.Connect().ConfigureAwait(false);
        if (_replicas is not null)
        {
            await _replicas.Connect().ConfigureAwait(false);
        }

        await _peers.Start().ConfigureAwait(false);
        await _lease.Start().ConfigureAwait(false);
    }

    /// <summary>A secret that all nodes have: the first one's.</summary>
    /// <param name="proposed">What it is where there is none yet.</param>
    /// <exception cref="BrokerException">Redis has not answered.</exception>
    public async Task<byte[]> ShareKey(byte[] proposed)
    {
        await _link.Ask(
            database => database.StringSetAsync(_keys.Secret, proposed, when: When.NotExists)).ConfigureAwait(false);
        return (await _link
            .Ask(database => database.StringGetAsync(_keys.Secret))
            .ConfigureAwait(false)) is { HasValue: true } shared
            ? (byte[])shared!
            : proposed;
    }

    /// <inheritdoc/>
    public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication) =>
        _hub.HoldBack(channel, new(Publish(channel.ToArray(), publication, mayCreate: true)));

    /// <inheritdoc/>
    public async ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher)
    {
        var reached = 0L;
        foreach (var some in (await _index.List([]).ConfigureAwait(false)).Chunk(MostAtOnce))
        {
            var publication = new Publication(payload) { Traits = MessageTraits.Broadcast };
            var results = await Task.WhenAll(
                some.Select(name => Publish(name, publication, mayCreate: false))).ConfigureAwait(false);
            reached += results.Count(result => result.Status == PublishStatus.Published);
        }

        return reached;
    }

    /// <inheritdoc/>
    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options) =>
        _source.Followed.Follow(channel, options);

    /// <inheritdoc/>
    public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout) =>
        new(Create(channel.ToArray(), idleTimeout));

    /// <inheritdoc/>
    public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest) =>
        new(Reserve(channel.ToArray(), _options.IdleTimeout, keepFor, newest));

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null) =>
        new(Close(channel.ToArray(), farewell));

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel) => new(Clear(channel.ToArray()));

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel) => new(Info(channel.ToArray()));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix) => new(List(prefix.ToArray()));

    /// <inheritdoc/>
    public async ValueTask<Counts> Count()
    {
        long subscribers = 0, receivers = 0, published = 0, stored = 0;
        foreach (var answer in await Survey(CountQuestion, []).ConfigureAwait(false))
        {
            var numbers = new Numbers(answer);
            subscribers += numbers.Next();
            receivers += numbers.Next();
            published += numbers.Next();
        }

        foreach (var some in (await _index.List([]).ConfigureAwait(false)).Chunk(MostAtOnce))
        {
            stored += (await Task.WhenAll(some.Select(name => _link.Ask(
                database => database.StreamLengthAsync(_keys.Stream(name))))).ConfigureAwait(false)).Sum();
        }

        return new Counts(await _index.Count().ConfigureAwait(false), subscribers, receivers, published, stored);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
        (await _peers.Ask(question, argument, _options.Timeout).ConfigureAwait(false)).Answers;

    /// <inheritdoc/>
    public ValueTask<SurveyResult> SurveyAll(string question, byte[] argument) =>
        _peers.Ask(question, argument, _options.Timeout < LongestDoubt ? _options.Timeout : LongestDoubt);

    /// <inheritdoc/>
    public async ValueTask<bool> Bequeath(byte[] key, byte[]? what)
    {
        await _estate.Set(key, what).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher) =>
        _hub.Presence.Attach(follower, dispatcher);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _index.Dispose();
        _staged?.Dispose();
        _lease.Dispose();
        _peers.Dispose();
        _source.Dispose();
        try
        {
            await _lease.Leave().ConfigureAwait(false);
        }
        catch (BrokerException)
        {
            // Its lease ends by itself.
        }

        if (_replicas is not null)
        {
            await _replicas.DisposeAsync().ConfigureAwait(false);
        }

        await _link.DisposeAsync().ConfigureAwait(false);
    }

    private NodeLease Account() => new(
        _options.Node,
        _options.Version,
        _options.Connections(),
        _hub.SubscriberCount,
        _hub.ChannelCount,
        _peers is { IsHearing: true, RoundTrip: { } lag } ? (long)lag.TotalMilliseconds : null);

    private async Task<bool> Create(byte[] name, TimeSpan idleTimeout)
    {
        return await Reserve(name, idleTimeout, keepFor: null, newest: 0).ConfigureAwait(false) is not null;
    }

    private async Task<Reservation?> Reserve(byte[] name, TimeSpan idleTimeout, TimeSpan? keepFor, int newest)
    {
        var exactly = keepFor is { } time ? MillisecondsOf(time) : 0;
        var result = await Run(Script.Reserve, name, mayCreate: true, idleTimeout, [newest, exactly]).ConfigureAwait(
            false);
        if (IsWord(result))
        {
            return null;
        }

        var parts = (RedisResult[])result!;
        if ((long)parts[3] == 1)
        {
            WasCreated(name);
        }

        return new Reservation(new StreamPosition((long)parts[0], (long)parts[1] + 1), (long)parts[2]);
    }

    private async Task<ChannelState?> Close(byte[] name, byte[]? farewell)
    {
        byte[] words = farewell is null ? [(byte)'0'] : [(byte)'1', .. farewell];
        var last = StateOf(
            name, await Run(Script.Close, name, mayCreate: false, TimeSpan.Zero, [_keys.TopicOf(name), words])
                .ConfigureAwait(false));
        if (last is not null)
        {
            _index.Remove(name);
            _hub.TellStream(name, isThere: false);
        }

        return last;
    }

    private async Task<StreamPosition?> Clear(byte[] name)
    {
        var result = await Run(
            Script.Clear, name, mayCreate: false, TimeSpan.Zero, [_keys.TopicOf(name)]).ConfigureAwait(false);
        return result.IsNull
            ? null
            : new StreamPosition((long)((RedisResult[])result!)[0], (long)((RedisResult[])result!)[1] + 1);
    }

    private async Task<ChannelState?> Info(byte[] name) =>
        StateOf(name, await Run(Script.Info, name, mayCreate: false, TimeSpan.Zero, []).ConfigureAwait(false));

    private async Task<IReadOnlyList<NamedState>> List(byte[] prefix)
    {
        var states = new List<NamedState>();
        foreach (var some in (await _index.List(prefix).ConfigureAwait(false)).Chunk(MostAtOnce))
        {
            foreach (var (name, state) in some.Zip(await Task.WhenAll(some.Select(Info)).ConfigureAwait(false)))
            {
                if (state is { } known)
                {
                    states.Add(new NamedState(name, known));
                }
            }
        }

        // An epoch begins with the time at which it was made.
        return [.. states.OrderBy(state => state.State.Position.Epoch)];
    }

    private ChannelState? StateOf(byte[] name, RedisResult result) =>
        StateFields.Read(result, _options.Node, _hub.Find(name)?.SubscriberCount ?? 0);

    private void WasCreated(byte[] name)
    {
        _index.Add(name);
        _hub.TellStream(name, isThere: true);
    }

    /// <summary>
    /// The time for which a channel is kept: a second longer than asked for, as a channel in memory is, which is looked
    /// at every second. It is written again no more than twice a second.
    /// </summary>
    internal static long MillisecondsOf(TimeSpan time) =>
        (long)(time < ForEver ? time : ForEver).TotalMilliseconds + 1000;

    // That there may be no further channel, or that a key is of another message.
    private static bool IsWord(RedisResult result) => result.Resp2Type == ResultType.BulkString;

    private Task<RedisResult> Run(
        Script script, byte[] name, bool mayCreate, TimeSpan idle, RedisValue[] further, RedisKey[]? keys = null) =>
        _link.Run(
            script,
            keys ?? _keys.For(name),
            [
                _source.NewEpoch(), _options.IsFenced ? 1 : 0, mayCreate ? _options.MaxChannels : 0,
                MillisecondsOf(idle), .. further,
            ]);
}
