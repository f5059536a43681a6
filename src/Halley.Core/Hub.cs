using Halley.Access;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Presence;

namespace Halley;

/// <summary>
/// The channels of this process, over a broker. Subscribers attach here. Any thread. The channels lie in shards, each
/// behind a lock of its own, so that reactors do not wait for each other; a timer of one second looks at those whose
/// time has come.
/// </summary>
public sealed partial class Hub : IDisposable
{
    // Enough that a dozen reactors seldom meet, few enough that a tick costs nothing when nothing is due.
    private const int Shards = 64;

    private static readonly TimeSpan TickLength = TimeSpan.FromSeconds(1);

    private readonly HubShard[] _shards = new HubShard[Shards];
    private readonly HubState _state;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer _clock;
    private readonly Lock _ticking = new();

    public Hub(HubOptions options, TimeProvider time)
    {
        _time = time;
        Keys = new IdempotencyKeys(options, time);
        Broker = new MemoryBroker(this);
        _state = new HubState(options, time);
        for (var i = 0; i < Shards; i++)
        {
            _shards[i] = new HubShard(_state);
        }

        _started = time.GetTimestamp();
        _clock = time.CreateTimer(_ => Tick(), null, TickLength, TickLength);
    }

    /// <summary>The comings and goings of channels.</summary>
    public PresenceFeed Presence => _state.Presence;

    public int ChannelCount => _state.ChannelCount;

    /// <summary>The number of subscriptions, on all channels.</summary>
    public int SubscriberCount => _state.SubscriberCount;

    /// <summary>
    /// The number of receivers of those subscriptions: one that listens to several channels counts once, but in a
    /// worker once for each.
    /// </summary>
    public int ReceiverCount => _state.ReceiverCount;

    /// <summary>The number of messages published since the start.</summary>
    public long PublishedCount => _state.PublishedCount;

    /// <summary>
    /// The number of messages that all channels keep; an expired one counts until the next tick, or the one after.
    /// </summary>
    public long StoredCount => _state.StoredCount;

    /// <summary>The bytes of payload of those messages.</summary>
    public long StoredBytes => _state.StoredBytes;

    /// <summary>
    /// The number of subscribers that came back with a place in a channel, by what they were told: the worst of it.
    /// </summary>
    public long PositionCount(PositionNoticeKind outcome) => _state.PositionCount(outcome);

    /// <summary>
    /// The broker that sequences and keeps the channels' messages: this process's own, unless <see cref="Use"/> chose
    /// another.
    /// </summary>
    public IBroker Broker { get; private set; }

    /// <inheritdoc cref="HubOptions.RetentionOf"/>
    public Retention? RetentionOf(ReadOnlySpan<byte> channel) => _state.RetentionOf?.Invoke(channel);

    /// <summary>The idempotency keys of what this process has sequenced.</summary>
    internal IdempotencyKeys Keys { get; }

    /// <summary>
    /// The bytes of payload of those messages, and of all channels; see <see cref="HubOptions.MaxChannelBytes"/>.
    /// </summary>
    public long HeldBytes => _state.StoredBytes + _state.ChannelBytes;

    /// <summary>Takes over other limits. What is there already stays, and counts. Any thread.</summary>
    public void Change(HubOptions limits)
    {
        _state.Change(limits);
        Keys.Change(limits);
    }

    /// <summary>
    /// Whether the channels of this process are the originals, rather than copies of what is sequenced elsewhere.
    /// </summary>
    public bool Sequences => Broker is MemoryBroker;

    /// <summary>
    /// Whether this process is a worker: then the main process counts and reports channels, for all its workers.
    /// </summary>
    public bool IsWorker { get; private set; }

    /// <summary>
    /// Sets a condition for new channels, beside the limit of all. It is asked for each channel that is to be created,
    /// under locks of the hub; it must be quick, and not look for channels. The observers are told of each channel that
    /// it allows, and of its end. To be called before anything happens.
    /// </summary>
    public void Admits(ChannelPredicate mayCreate) => _state.MayCreate = mayCreate;

    /// <summary>
    /// Whether a channel that is created now counts for the address that it is created for. Then
    /// <see cref="AttachOptions.Creator"/> is needed, which may cost a call to the kernel. Where another process has
    /// the channels, it is needed where a share is set.
    /// </summary>
    public bool CountsCreators => IsWorker ? _state.MayCountCreators : _state.CountsCreators;

    /// <summary>
    /// Takes the channels from another broker than this process's own. To be called before anything happens.
    /// </summary>
    /// <param name="isWorker">
    /// Whether that is the main process's, which also holds this one's channels to the limits.
    /// </param>
    public void Use(IBroker broker, bool isWorker = false) => (Broker, IsWorker) = (broker, isWorker);

    /// <summary>Counts one more message that was published from here, and sequenced outside of this process.</summary>
    public void CountPublished() => _state.CountPublished();

    /// <summary>Tells observers that a channel outside of this process was created, or has ended.</summary>
    public void TellStream(ReadOnlySpan<byte> name, bool isThere) => _state.Observer?.StreamChanged(name, isThere);

    /// <summary>Tells the followers of presence that a channel outside of this process is here, or gone.</summary>
    public void TellPresence(ReadOnlySpan<byte> name, bool isHere) => _state.Presence.Tell(name, isHere);

    /// <summary>
    /// Attaches a subscriber to a channel, which is found, or created or followed where that is allowed, and returns
    /// what it missed in the same step: nothing falls between what is kept and what is delivered, and nothing comes
    /// twice. On the request's dispatcher.
    /// </summary>
    /// <returns>With <see cref="AttachStatus.Pending"/>, the request is postponed, and its handler returns.</returns>
    public AttachResult Attach(
        ReadOnlySpan<byte> name, Subscription subscription, in AttachOptions options, IPostponable request)
    {
        while (true)
        {
            var status = Follow(name, options, request, out var channel);
            if (status != AttachStatus.Attached)
            {
                var refused = new AttachResult(status);
                if (status != AttachStatus.Pending)
                {
                    subscription.OnAttached(name, options, refused);
                }

                return refused;
            }

            var result = channel!.Attach(
                subscription,
                request.Dispatcher,
                request.Allow(options.Replay, name),
                options.OnlyToWait,
                options.MaxSubscribers);
            if (result.Status != AttachStatus.ChannelClosed)
            {
                CountPosition(options, result);
                subscription.OnAttached(name, options, result);
                return result;
            }

            Forget(name, request);
        }
    }

    // One that only waits, and has missed nothing, is told nothing.
    private void CountPosition(in AttachOptions options, in AttachResult result)
    {
        if (options.Replay.Resumes(out var place)
            && result.Status == (options.OnlyToWait ? AttachStatus.AnswerNow : AttachStatus.Attached))
        {
            _state.CountPosition(Resumption.Outcome(place, result));
        }
    }

    /// <summary>Reads what is kept, for a client that does not wait for more. On the request's dispatcher.</summary>
    /// <returns>Where there is a channel, <see cref="AttachStatus.AnswerNow"/>: nothing was attached.</returns>
    public AttachResult Read(ReadOnlySpan<byte> name, in AttachOptions options, IPostponable request)
    {
        var status = Follow(name, options, request, out var channel);
        return status == AttachStatus.Attached
            ? channel!.ReadFor(request.Allow(options.Replay, name))
            : new AttachResult(status);
    }

    // Attached where the channel is there, and the token is right.
    private AttachStatus Follow(
        ReadOnlySpan<byte> name, in AttachOptions options, IPostponable request, out Channel? channel)
    {
        while (true)
        {
            channel = null;
            if (!request.TryRecall(name, out FollowResult followed)
                && !request.TryAwait(name, Broker.Follow(name, options), out followed))
            {
                return AttachStatus.Pending;
            }

            channel = followed.Channel;
            if (channel is not null)
            {
                return options.Tokens is null || IsOf(channel, options.Tokens, options.Token)
                    ? AttachStatus.Attached
                    : AttachStatus.Forbidden;
            }

            if (followed.Status != AttachStatus.ChannelClosed)
            {
                return followed.Status;
            }

            Forget(name, request);
        }
    }

    // A token stays valid for the stream that continues its own.
    private static bool IsOf(Channel channel, TokenAuthority tokens, ReadOnlySpan<byte> token) =>
        tokens.Verify(channel.Name, channel.Epoch, token)
        || (channel.FormerEpoch is { } former && tokens.Verify(channel.Name, former, token));

    // The answer is void: the channel has ended, and is asked for again.
    private static void Forget(ReadOnlySpan<byte> name, IPostponable request) =>
        request.Postponed?.TryRecall<FollowResult>(name, takes: true, out _);

    /// <summary>Finds a channel of this process.</summary>
    public Channel? Find(ReadOnlySpan<byte> name) => ShardOf(name).Find(name);

    /// <summary>Finds a channel of this process, or creates it.</summary>
    /// <param name="creator">
    /// The subscriber for whose sake one is created, where <see cref="CountsCreators"/>; else the default.
    /// </param>
    /// <returns>
    /// Null when there are as many channels as allowed, or there is no memory for one more, or its creator has its
    /// share.
    /// </returns>
    public Channel? FindOrCreate(ReadOnlySpan<byte> name, ClientBlock creator = default) =>
        ShardOf(name).FindOrCreate(name, creator: creator);

    /// <summary>Finds or creates a channel; one that is created now is kept that long after its last use.</summary>
    /// <returns>
    /// Null when there are as many channels as allowed, or there is no memory for one more, or its creator has its
    /// share.
    /// </returns>
    public Channel? FindOrCreate(ReadOnlySpan<byte> name, TimeSpan idleTimeout, ClientBlock creator = default) =>
        ShardOf(name).FindOrCreate(name, ToTicks(idleTimeout), creator);

    /// <summary>
    /// Finds or creates a channel, and keeps it for exactly that long once nobody is here, even if that is shorter than
    /// before.
    /// </summary>
    /// <returns>Null when there are as many channels as allowed, or there is no memory for one more.</returns>
    public Channel? Reserve(ReadOnlySpan<byte> name, TimeSpan keepFor) =>
        ShardOf(name).Reserve(name, ToTicks(keepFor));

    /// <summary>
    /// Ends a channel of this process: its subscribers are told, its messages and numbers are forgotten, its name is
    /// free.
    /// </summary>
    /// <param name="last">Its last state: its position is where the stream ended.</param>
    /// <param name="farewell">Words for its subscribers, as far as their transport has a place for them.</param>
    /// <returns>False when there is no such channel.</returns>
    public bool Close(ReadOnlySpan<byte> name, out ChannelState last, byte[]? farewell = null) =>
        ShardOf(name).Close(name, farewell, out last);

    /// <summary>Adds an observer. To be called before there is a channel.</summary>
    public void Observe(IHubObserver observer) =>
        _state.Observer = _state.Observer is { } earlier ? new HubObservers(earlier, observer) : observer;

    /// <summary>
    /// The channels at this moment, in the order they were created; one that comes or goes meanwhile may be missing or
    /// closed.
    /// </summary>
    public IReadOnlyList<Channel> Channels() =>
        [.. ChannelsByShard().SelectMany(channels => channels).OrderBy(channel => channel.Epoch)];

    /// <inheritdoc cref="HubShard.Adopt"/>
    internal Channel? Adopt(
        byte[] name,
        StreamPosition position,
        in Losses losses,
        IReadOnlyList<CopiedMessage> kept,
        ClientBlock creator,
        Func<IChannelOwner, FollowedChannel> follow) =>
        ShardOf(name).Adopt(name, position, losses, kept, IsWorker ? null : creator, follow);

    /// <inheritdoc cref="HubShard.Release"/>
    internal void Release(Channel channel, in Ending ending) => ShardOf(channel.Name).Release(channel, ending);

    /// <summary>Stops the hub's clock: channels are no longer forgotten.</summary>
    public void Dispose() => _clock.Dispose();

    /// <summary>
    /// The channels at this moment, a shard at a time; one that comes or goes meanwhile may be missing or closed.
    /// </summary>
    internal IEnumerable<Channel[]> ChannelsByShard() => _shards.Select(shard => shard.Snapshot());

    private void Tick()
    {
        // One at a time: where a tick takes longer than a second, the next one catches up.
        if (!_ticking.TryEnter())
        {
            return;
        }

        try
        {
            // Rounded: the timer may come a little before its time, and a tick must not be one too few then.
            var now = (uint)Math.Round(_time.GetElapsedTime(_started) / TickLength);
            _state.Now = now;
            foreach (var shard in _shards)
            {
                shard.AdvanceTo(now);
            }

            Keys.Trim();
        }
        finally
        {
            _ticking.Exit();
        }
    }

    private static uint ToTicks(TimeSpan time) => (uint)Math.Clamp(time.TotalSeconds, 0, int.MaxValue / 2);

    private HubShard ShardOf(ReadOnlySpan<byte> name) => _shards[ChannelNameComparer.Hash(name) & (Shards - 1)];
}
