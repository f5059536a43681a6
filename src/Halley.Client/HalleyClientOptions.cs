namespace Halley.Client;

/// <summary>The options of a <see cref="HalleyClient"/>.</summary>
public sealed class HalleyClientOptions
{
    /// <summary>
    /// The address for subscribers: <c>sse</c> and <c>ws</c> lie below it. Default: the front port as it is built in.
    /// </summary>
    public Uri FrontAddress { get; init; } = new("http://127.0.0.1:8100/");

    /// <summary>
    /// The address of the HTTP API: its commands, <c>publish</c> and others, lie below it. Default: the admin port as
    /// it is built in.
    /// </summary>
    public Uri ApiAddress { get; init; } = new("http://127.0.0.1:8000/api/");

    /// <summary>One of the server's <c>admin.api_keys</c>, for the HTTP API; null where it needs none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The transport for subscribers. Default server-sent events.</summary>
    public HalleyTransport Transport { get; init; }

    /// <summary>
    /// Gets the token that lets a subscriber into a channel, where the server asks for one (<c>front.auth</c>); null
    /// where it does not. Called before the first connection, and after each refusal. Where it fails as a connection
    /// does (<see cref="HttpRequestException"/>, <see cref="IOException"/>) it is called again later; any other
    /// exception ends the subscription.
    /// </summary>
    public Func<string, CancellationToken, ValueTask<string>>? Token { get; init; }

    /// <summary>
    /// Called each time the server has said where a subscriber stands, with the channel and the place, which is one to
    /// resume with; before the items that follow. On the thread that asks for the next item, like
    /// <see cref="Disconnected"/>; what they throw ends the subscription.
    /// </summary>
    public Action<string, StreamPosition>? Connected { get; init; }

    /// <summary>Called when a subscriber's connection has ended, or did not come about.</summary>
    public Action<Disconnection>? Disconnected { get; init; }

    /// <summary>
    /// The time without a byte after which a connection counts as broken. More than the server's heartbeat
    /// (<c>front.polling_timeout</c>, 30 s). Default 45 seconds.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The time that the server may take to say its first word to a subscriber. Default 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A subscriber connects again after a random part of this, and of two fifths of the time that the server has been
    /// gone, whichever is more. Default 500 milliseconds.
    /// </summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// At most so long, but for what the server itself asks for by <c>retry:</c> or <c>Retry-After</c>. Default 30
    /// seconds.
    /// </summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of bytes that a message may have as it comes over the wire, with what stands around it. A longer one
    /// ends the subscription with <see cref="HalleyErrorCode.MessageTooLarge"/>. Default 16 MiB.
    /// </summary>
    public int MaxEventBytes { get; init; } = 16 << 20;

    /// <summary>The time that the HTTP API may take for an answer, each time it is asked. Default 10 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time for which a request to the HTTP API is repeated where that can help, its waits included; then its last
    /// error is thrown. Zero: it is never repeated. Default 30 seconds.
    /// </summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of bytes that an answer of the HTTP API may have; a longer one is <see
    /// cref="HalleyErrorCode.AnswerTooLarge"/>. Default 64 MiB.
    /// </summary>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>Time for all waits and timeouts; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    internal void Validate()
    {
        RequireHttp(FrontAddress, nameof(FrontAddress));
        RequireHttp(ApiAddress, nameof(ApiAddress));
        RequireKey(ApiKey);
        ArgumentOutOfRangeException.ThrowIfLessThan((int)Transport, 0, nameof(Transport));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (int)Transport, (int)HalleyTransport.WebSocket, nameof(Transport));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEventBytes, 1, nameof(MaxEventBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAnswerBytes, 1, nameof(MaxAnswerBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            MinReconnectDelay, MaxReconnectDelay, nameof(MinReconnectDelay));
        ArgumentNullException.ThrowIfNull(TimeProvider);
        RequireTime(SilenceTimeout, nameof(SilenceTimeout));
        RequireTime(ConnectTimeout, nameof(ConnectTimeout));
        RequireTime(MinReconnectDelay, nameof(MinReconnectDelay));
        RequireTime(MaxReconnectDelay, nameof(MaxReconnectDelay));
        RequireTime(RequestTimeout, nameof(RequestTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryTimeout, TimeSpan.Zero, nameof(RetryTimeout));
    }

    private static void RequireHttp(Uri address, string name)
    {
        ArgumentNullException.ThrowIfNull(address, name);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"{name} must be a whole address of http or https.", name);
        }
    }

    // Said without the key itself: a mistake in it would else stand in a log.
    private static void RequireKey(string? key)
    {
        if (key is not null && (key.Length == 0 || key.Any(one => one is <= ' ' or > '~')))
        {
            throw new ArgumentException(
                $"{nameof(ApiKey)} must have printable ASCII characters without spaces alone; is a line end left?");
        }
    }

    private static void RequireTime(TimeSpan time, string name)
    {
        // What a timer can wait for.
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromMilliseconds(1), name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(24), name);
    }
}
