using Halley.Access;
using Halley.Channels;
using Halley.Presence;

namespace Halley;

/// <summary>
/// The channels of this node: find, create, forget. Any thread. The channels lie in shards, each behind a lock of its own, so that reactors do
/// not wait for each other; a timer of one second looks at those whose time has come.
/// </summary>
public sealed class Hub : IChannelFinder, IDisposable
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
        _state = new HubState(options, time);
        for (var i = 0; i < Shards; i++)
        {
            _shards[i] = new HubShard(_state);
        }

        _started = time.GetTimestamp();
        _clock = time.CreateTimer(_ => Tick(), null, TickLength, TickLength);
    }

    /// <summary>Who is here: the comings and goings of channels.</summary>
    public PresenceFeed Presence => _state.Presence;

    public int ChannelCount => _state.ChannelCount;

    /// <summary>How many subscriptions there are, on all channels.</summary>
    public int SubscriberCount => _state.SubscriberCount;

    /// <summary>How many receivers those subscriptions have: one that listens to several channels counts once, but in a worker once for each.</summary>
    public int ReceiverCount => _state.ReceiverCount;

    /// <summary>How many messages were published since the start.</summary>
    public long PublishedCount => _state.PublishedCount;

    /// <summary>How many messages all channels keep; what has expired counts until the tick that follows, or another one.</summary>
    public long StoredCount => _state.StoredCount;

    /// <summary>How many bytes of payload those are, and what all channels count with; see <see cref="HubOptions.MaxChannelBytes"/>.</summary>
    public long HeldBytes => _state.StoredBytes + _state.ChannelBytes;

    public Channel? Find(ReadOnlySpan<byte> name) => ShardOf(name).Find(name);

    /// <inheritdoc/>
    public bool CountsCreators => _state.CountsCreators;

    /// <inheritdoc/>
    FindStatus IChannelFinder.Find(
        ReadOnlySpan<byte> name, bool mayCreate, ClientBlock creator, in Replay replay, IPostponable asker, out Channel? channel)
    {
        channel = mayCreate ? FindOrCreate(name, creator) : Find(name);
        return channel is not null ? FindStatus.Found : mayCreate ? FindStatus.TooManyChannels : FindStatus.NoSuchChannel;
    }

    /// <inheritdoc/>
    FindStatus IChannelFinder.FindPlace(Channel channel, IPostponable asker) => FindStatus.TooManySubscribers;

    /// <param name="creator">The subscriber for whose sake one is created, where <see cref="CountsCreators"/>; else the default.</param>
    /// <returns>Null when there are as many channels as there may be, or there is no memory for one more, or its creator has its share.</returns>
    public Channel? FindOrCreate(ReadOnlySpan<byte> name, ClientBlock creator = default) => ShardOf(name).FindOrCreate(name, creator: creator);

    /// <summary>Finds or creates a channel; one that is created now is kept that long after its last use, whatever is usual.</summary>
    /// <returns>Null when there are as many channels as there may be, or there is no memory for one more, or its creator has its share.</returns>
    public Channel? FindOrCreate(ReadOnlySpan<byte> name, TimeSpan idleTimeout, ClientBlock creator = default) =>
        ShardOf(name).FindOrCreate(name, ToTicks(idleTimeout), creator);

    /// <summary>Finds or creates a channel, and keeps it that long once nobody is here: exactly so long, be it longer or shorter than before.</summary>
    /// <returns>Null when there are as many channels as there may be, or there is no memory for one more.</returns>
    public Channel? Reserve(ReadOnlySpan<byte> name, TimeSpan keepFor) =>
        ShardOf(name).Reserve(name, ToTicks(keepFor));

    /// <summary>Ends a channel: its subscribers are told, its messages and numbers forgotten, its name free.</summary>
    /// <param name="position">Where the stream ended.</param>
    /// <param name="farewell">Words for its subscribers, where their transport has a place for them.</param>
    /// <returns>False when there is no such channel.</returns>
    public bool Close(ReadOnlySpan<byte> name, out StreamPosition position, byte[]? farewell = null) =>
        ShardOf(name).Close(name, CloseReason.ChannelClosed, farewell, out position);

    /// <summary>Lets a channel go that another node has: its subscribers' connections end, so that they come back and are sent there.</summary>
    /// <returns>False when there is no such channel.</returns>
    public bool Move(ReadOnlySpan<byte> name) => ShardOf(name).Close(name, CloseReason.Moved, farewell: null, out _);

    /// <summary>Work that lets those channels go that another node has, for a dispatcher to run in slices. One that is created meanwhile may be left out.</summary>
    /// <param name="moves">Asked for each channel's name.</param>
    /// <param name="whenDone">Told how many they were, on that dispatcher.</param>
    public IWork MoveWhere(ChannelPredicate moves, Action<int> whenDone) => new Removal(this, moves, whenDone);

    /// <summary>Lets somebody be told of comings and goings, beside those who are told already; before there is a channel.</summary>
    public void Observe(IHubObserver observer) =>
        _state.Observer = _state.Observer is { } earlier ? new HubObservers(earlier, observer) : observer;

    /// <summary>The channels there are now, in the order they were created; one that comes or goes meanwhile may be missed or found closed.</summary>
    public IReadOnlyList<Channel> Channels() => [.. ChannelsByShard().SelectMany(channels => channels).OrderBy(channel => channel.Epoch)];

    /// <summary>Stops the hub's clock: no channel is forgotten any more.</summary>
    public void Dispose() => _clock.Dispose();

    /// <summary>The channels there are now, a shard at a time: one that comes or goes meanwhile may be missed or found closed.</summary>
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
        }
        finally
        {
            _ticking.Exit();
        }
    }

    private static uint ToTicks(TimeSpan time) => (uint)Math.Clamp(time.TotalSeconds, 0, int.MaxValue / 2);

    private HubShard ShardOf(ReadOnlySpan<byte> name) => _shards[ChannelNameComparer.Hash(name) & (Shards - 1)];
}
