using System.Net.WebSockets;
using System.Text.Json;

namespace Halley.Client.Subscribing;

/// <summary>
/// A subscriber's link to the server, however many connections that takes: one when there can be one, the next try when
/// there is none.
/// </summary>
internal sealed class Link(
    string channel, Track track, HalleyClientOptions options, HttpClient http, CancellationToken ended) : IDisposable
{
    /// <summary>A connection has to live so long before its loss is a new one.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A new token may be refused so often in a row: where the channel begins anew, it may be old again already.
    /// </summary>
    private const int MostRefusals = 3;

    private readonly Backoff _backoff = new(
        options.TimeProvider, options.MinReconnectDelay, options.MaxReconnectDelay, Random.Shared.NextDouble);

    private IConnection? _connection;
    private Patience? _patience;
    private string? _token;
    private long _openedAt;
    private int _refusals;
    private TimeSpan _retry;
    private bool _isTold;

    /// <summary>Reads what the server says next, on this connection or on another one.</summary>
    /// <exception cref="HalleyException">The subscriber is refused for good, or a message is too large.</exception>
    /// <exception cref="OperationCanceledException">The subscriber has left.</exception>
    public async Task<WireEvent> NextAsync()
    {
        while (true)
        {
            ended.ThrowIfCancellationRequested();
            Exception? error = null;
            try
            {
                _connection ??= await OpenAsync().ConfigureAwait(false);
                if (await _connection.ReadAsync().ConfigureAwait(false) is { } said)
                {
                    return said;
                }
            }
            catch (Exception loss) when (IsLoss(loss) && !ended.IsCancellationRequested)
            {
                error = loss;
            }
            catch (Exception) when (ended.IsCancellationRequested)
            {
                throw new OperationCanceledException(ended);
            }

            var reason = error switch
            {
                null => "The server ended the connection.",
                OperationCanceledException when _patience is { IsOver: true } patience => patience.Reason,
                // Its own words are that it could not; those within are why.
                WebSocketException { InnerException: { } why } => why.Message,
                _ => error.Message,
            };
            await AgainAsync(reason, error).ConfigureAwait(false);
        }
    }

    /// <summary>Does what follows from what was said, before the next is heard.</summary>
    /// <exception cref="HalleyException">The token was refused, and there is no other.</exception>
    /// <param name="stands">Where the subscriber stands that has not dealt yet with what was said.</param>
    public Task ObeyAsync(Verdict verdict, StreamPosition stands)
    {
        switch (verdict)
        {
            case Verdict.Told:
                Told(stands);
                return Task.CompletedTask;
            case Verdict.Behind:
                return AgainAsync("A heartbeat showed that messages were lost on the way.", null);
            case Verdict.Busy:
                return AgainAsync("The server has as many subscribers as it may have.", null);
            case Verdict.Unauthorized:
                _token = null;
                return options.Token is not null && ++_refusals < MostRefusals
                    ? AgainAsync("The token was refused.", null)
                    : throw new HalleyException(
                        HalleyErrorCode.Unauthorized, "The token of a subscriber was refused, or it has none.");
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>The connection cannot be trusted any more.</summary>
    public Task BreakAsync(JsonException error) => AgainAsync(error.Message, error);

    public void Dispose()
    {
        _connection?.Dispose();
        _patience?.Dispose();
        _connection = null;
        _patience = null;
    }

    private void Told(StreamPosition stands)
    {
        _refusals = 0;
        if (!_isTold)
        {
            _isTold = true;
            options.Connected?.Invoke(channel, stands);
        }
    }

    private async Task<IConnection> OpenAsync()
    {
        if (options.Token is { } ask)
        {
            _token ??= await ask(channel, ended).ConfigureAwait(false);
        }

        var time = options.TimeProvider;
        _patience = new Patience(time, options.ConnectTimeout, options.SilenceTimeout, ended);
        _isTold = false;
        IConnection connection = options.Transport == HalleyTransport.WebSocket
            ? await WebSocketConnection.OpenAsync(http, Address("ws"), _patience, time, options.MaxEventBytes)
                .ConfigureAwait(false)
            : await EventStream.OpenAsync(http, Address("sse"), _patience, time, options.MaxEventBytes)
                .ConfigureAwait(false);
        _openedAt = time.GetTimestamp();
        return connection;
    }

    /// <summary>This connection is over; waits before the next one.</summary>
    private async Task AgainAsync(string reason, Exception? error)
    {
        if (_connection is { Retry: var retry } && retry >= TimeSpan.Zero)
        {
            _retry = retry;
        }

        if (_connection is not null && options.TimeProvider.GetElapsedTime(_openedAt) >= Lasting)
        {
            _backoff.Lasted();
        }

        Dispose();
        var wait = _backoff.Next((error as NotLetInException)?.RetryAfter ?? _retry);
        options.Disconnected?.Invoke(new Disconnection(channel, reason, wait, error));
        await Task.Delay(wait, options.TimeProvider, ended).ConfigureAwait(false);
    }

    private Uri Address(string path)
    {
        var token = _token is { Length: > 0 } own ? $"&{NameOf(own)}={Uri.EscapeDataString(own)}" : "";
        return Addresses.Below(
            options.FrontAddress,
            path,
            $"cname={Uri.EscapeDataString(channel)}&seq={track.Next}&epoch={track.Epoch}{token}");
    }

    // A JSON Web Token has three parts; what iComet's /sign gives out has one.
    private static string NameOf(string token) => token.Count('.') == 2 ? "access_token" : "token";

    /// <summary>Tells whether another connection may mend what this one ended with.</summary>
    private static bool IsLoss(Exception error) =>
        error is HttpRequestException or IOException or WebSocketException or JsonException
            or OperationCanceledException;
}
