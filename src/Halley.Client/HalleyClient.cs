using Halley.Client.Api;
using Halley.Client.Subscribing;

namespace Halley.Client;

/// <summary>
/// A server: its channels are subscribed to, and published to. One for the whole program; any thread may use it, and
/// any number at a time. No call needs the thread it was made on.
/// </summary>
public sealed class HalleyClient : IDisposable
{
    private const int MostInBatch = 1_000;
    private const int MostChannels = 10_000;
    private const int MostHistory = 10_000;

    private readonly HalleyClientOptions _options;
    private readonly HttpClient _http;
    private readonly ApiCaller _api;
    private readonly bool _isOwner;

    /// <param name="options">Null for the defaults: a server on this machine.</param>
    /// <param name="http">
    /// What is asked with, WebSockets among it; it stays the caller's. Null for one of this client's own. Its
    /// <see cref="HttpClient.Timeout"/> must not be shorter than the options' timeouts.
    /// </param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public HalleyClient(HalleyClientOptions? options = null, HttpClient? http = null)
    {
        _options = options ?? new HalleyClientOptions();
        _options.Validate();
        _isOwner = http is null;
        _http = http ?? NewHttpClient();
        _api = new ApiCaller(_http, _options);
    }

    /// <summary>
    /// Follows a channel: every message once and in order, or word of what is lost and why, through as many connections
    /// as that takes. It begins when the first item is asked for, goes on for as long as items are, and ends when the
    /// channel is closed.
    /// </summary>
    /// <param name="position">
    /// Where to go on: the <see cref="ChannelItem.Position"/> of the last item that was dealt with, now or by an
    /// earlier run of the program; <see cref="StreamPosition.Beginning"/> for all that the channel keeps; null for what
    /// comes from now on.
    /// </param>
    /// <exception cref="HalleyException">
    /// The subscriber is refused for good (a status of 400 to 499, a token), or a message is too large. A server that
    /// is away, or too busy, is tried again without end: <see cref="HalleyClientOptions.Disconnected"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<ChannelItem> SubscribeAsync(
        string channel, StreamPosition? position = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Subscription.FollowAsync(channel, position, _options, _http, cancellationToken);
    }

    /// <summary>
    /// Publishes a text. Where the answer does not come, or says that it may go later, it is sent again for up to
    /// <see cref="HalleyClientOptions.RetryTimeout"/>, and published once.
    /// </summary>
    /// <exception cref="HalleyException">It was refused, or it is not known whether it was published.</exception>
    public Task<PublishResult> PublishAsync(
        string channel, string text, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PublishAsync(channel, Publications.Words(text, default, options), cancellationToken);
    }

    /// <summary>The same with bytes: what is no UTF-8 reaches readers of the history whole, and nobody else.</summary>
    /// <inheritdoc cref="PublishAsync(string, string, PublishOptions?, CancellationToken)"/>
    public Task<PublishResult> PublishAsync(
        string channel,
        ReadOnlyMemory<byte> payload,
        PublishOptions? options = null,
        CancellationToken cancellationToken = default) =>
        PublishAsync(channel, Publications.Words(null, payload, options), cancellationToken);

    /// <summary>
    /// Publishes one text to several channels, each by itself: one that refuses does not keep the others. Repeated as
    /// <see cref="PublishAsync(string, string, PublishOptions?, CancellationToken)"/> is, as a whole.
    /// </summary>
    /// <param name="channels">At most 10,000.</param>
    /// <returns>What became of each, in their order.</returns>
    /// <exception cref="HalleyException">The whole was refused, or there was no answer.</exception>
    public async Task<IReadOnlyList<PublishOutcome>> BroadcastAsync(
        IReadOnlyList<string> channels,
        string text,
        PublishOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels.Count, MostChannels, nameof(channels));
        var words = Publications.Words(text, default, options) with { Channels = channels };
        var answer = await _api.CallAsync(
            "broadcast",
            words,
            ApiJson.Default.PublishWords,
            ApiJson.Default.BroadcastAnswer,
            words.IdempotencyKey is not null,
            cancellationToken).ConfigureAwait(false);
        return Publications.OutcomesOf(channels, answer.Results);
    }

    /// <summary>
    /// Publishes several messages in one request, in their order; one that is refused does not keep the others.
    /// Repeated as a whole, with a key for each message.
    /// </summary>
    /// <param name="messages">At most 1,000, and 4 MiB with what stands around them.</param>
    /// <returns>What became of each, in their order.</returns>
    /// <exception cref="HalleyException">The whole was refused, or there was no answer.</exception>
    public async Task<IReadOnlyList<PublishOutcome>> PublishBatchAsync(
        IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messages.Count, MostInBatch, nameof(messages));
        var commands = messages.Select(Publications.CommandOf).ToArray();
        var answer = await _api.CallAsync(
            "batch",
            new BatchWords(commands),
            ApiJson.Default.BatchWords,
            ApiJson.Default.BatchAnswer,
            commands.All(command => command.Publish.IdempotencyKey is not null),
            cancellationToken).ConfigureAwait(false);
        return Publications.OutcomesOf([.. messages.Select(message => message.Channel)], answer.Replies);
    }

    /// <summary>Reads the messages that a channel keeps.</summary>
    /// <param name="since">
    /// The last one that is known: those behind it are wanted, or with <paramref name="newestFirst"/> those before it;
    /// null for all.
    /// </param>
    /// <param name="limit">At most so many, up to 10,000; 0 asks for the place of the stream alone.</param>
    /// <exception cref="HalleyException">
    /// There is no such channel (<see cref="HalleyErrorCode.UnknownChannel"/>), or there was no answer.
    /// </exception>
    public async Task<ChannelHistory> HistoryAsync(
        string channel,
        StreamPosition? since = null,
        int limit = 100,
        bool newestFirst = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostHistory);
        // Who stands at the beginning knows no epoch, and wants whatever there is.
        var place = since is { Epoch.Length: > 0 } known ? new PlaceWords(known.Epoch, known.Offset) : null;
        return Histories.Of(await _api.CallAsync(
            "history",
            new HistoryWords(channel, place, limit, newestFirst),
            ApiJson.Default.HistoryWords,
            ApiJson.Default.HistoryAnswer,
            isRepeatable: true,
            cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Tells how a channel is.</summary>
    /// <exception cref="HalleyException">
    /// There is no such channel (<see cref="HalleyErrorCode.UnknownChannel"/>), or there was no answer.
    /// </exception>
    public async Task<ChannelInfo> ChannelInfoAsync(string channel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var answer = await _api.CallAsync(
            "channel",
            new ChannelWords(channel),
            ApiJson.Default.ChannelWords,
            ApiJson.Default.ChannelAnswer,
            isRepeatable: true,
            cancellationToken).ConfigureAwait(false);
        var position = Publications.PositionOf(answer.Epoch, answer.Offset);
        return new ChannelInfo(channel, position, answer.Subscribers, answer.Stored);
    }

    /// <summary>Counts everything.</summary>
    /// <exception cref="HalleyException">There was no answer, or the key was refused.</exception>
    public async Task<ServerInfo> InfoAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _api.CallAsync(
            "info",
            new NoWords(),
            ApiJson.Default.NoWords,
            ApiJson.Default.InfoAnswer,
            isRepeatable: true,
            cancellationToken).ConfigureAwait(false);
        return new ServerInfo(
            answer.Version ?? throw ApiAttempt.NotOurs(),
            answer.Channels,
            answer.Subscriptions,
            answer.Subscribers,
            answer.Published,
            answer.Stored);
    }

    /// <summary>
    /// Ends all subscriptions and requests that are under way, with an exception; an <see cref="HttpClient"/> that was
    /// given stays as it is, and so does what runs over it.
    /// </summary>
    public void Dispose()
    {
        if (_isOwner)
        {
            _http.Dispose();
        }
    }

    private async Task<PublishResult> PublishAsync(string channel, PublishWords words, CancellationToken ended)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Publications.ResultOf(await _api.CallAsync(
            "publish",
            words with { Channel = channel },
            ApiJson.Default.PublishWords,
            ApiJson.Default.PublishedAnswer,
            words.IdempotencyKey is not null,
            ended).ConfigureAwait(false));
    }

    // Names are looked up again now and then; who leaves is gone at once; timeouts are those of the options.
    private static HttpClient NewHttpClient() => new(
        new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ResponseDrainTimeout = TimeSpan.Zero,
            EnableMultipleHttp2Connections = true,
        },
        disposeHandler: true)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
