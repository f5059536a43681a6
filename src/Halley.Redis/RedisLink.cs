using System.Diagnostics;
using Halley.Broker;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The connections to Redis: asks it, says when it is gone and when it is back, and is made anew where it passes
/// nothing on. Any thread.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan TimeToMove = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TimeToLookAgain = TimeSpan.FromSeconds(1);

    private readonly RedisOptions _options;
    private readonly ILogger _logger;

    // The library loses a subscription that is made while the last one to the same topic is taken back.
    private readonly Lock _subscribing = new();
    private ConnectionMultiplexer? _connection;
    private bool _isGone;
    private bool _isLooking;
    private string? _refusal;

    public RedisLink(RedisOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        var connection = options.Connection;
        connection.AbortOnConnectFail = false;
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        connection.AsyncTimeout = (int)options.Timeout.TotalMilliseconds;
        connection.ConnectTimeout = (int)options.Timeout.TotalMilliseconds;
        connection.ReconnectRetryPolicy = new LinearRetry(250);
        connection.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        connection.ClientName ??= "halley-" + options.Node;
    }

    /// <summary>A connection was lost and is there again: something may have been missed.</summary>
    public event Action? Restored;

    /// <summary>There are other connections now: nothing is heard that was subscribed to before.</summary>
    public event Action? Renewed;

    /// <summary>Whether Redis can be asked.</summary>
    public bool IsConnected => Volatile.Read(ref _connection)?.IsConnected == true;

    private string Server =>
        string.Join(
            ", ", _options.Connection.EndPoints.Select(
                place => place.ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal)));

    private ConnectionMultiplexer Connection => _connection ?? throw new BrokerException(
        "Redis is not connected yet. Try again in a moment.", mayHaveBeenDone: false);

    /// <summary>Connects; returns, too, where Redis does not answer yet.</summary>
    public async Task Connect()
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(_options.Connection).ConfigureAwait(false);
        connection.ConnectionFailed += (_, failed) =>
        {
            OnGone(connection, failed.Exception);
            _ = LookForRefusal(connection);
        };
        connection.ConnectionRestored += (_, _) => OnBack(connection);
        Volatile.Write(ref _connection, connection);
        if (connection.IsConnected)
        {
            _isGone = false;
            _logger.RedisIsThere(Server);
        }
        else
        {
            OnGone(connection, await ConnectionFault.Find(connection).ConfigureAwait(false));
            _ = LookForRefusal(connection);
        }
    }

    /// <summary>
    /// Connects anew, with other connections: those that were there pass nothing on. What was asked over them is still
    /// answered.
    /// </summary>
    public async Task Renew()
    {
        var former = _connection;
        await Connect().ConfigureAwait(false);
        Renewed?.Invoke();
        if (former is not null)
        {
            await former.CloseAsync().ConfigureAwait(false);
            await former.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Runs a script.</summary>
    /// <exception cref="BrokerException">Redis has not answered, or cannot do it now.</exception>
    public async Task<RedisResult> Run(Script script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await RunOnceWhole(script, keys, arguments).ConfigureAwait(false);
        }
        catch (Exception failed) when (IsOfRedis(failed))
        {
            throw Explain(failed);
        }
    }

    /// <summary>Asks for something that is no script.</summary>
    /// <exception cref="BrokerException">Redis has not answered, or cannot do it now.</exception>
    public async Task<T> Ask<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            return await command(Connection.GetDatabase()).ConfigureAwait(false);
        }
        catch (Exception failed) when (IsOfRedis(failed))
        {
            throw Explain(failed);
        }
    }

    /// <summary>Asks one server.</summary>
    /// <exception cref="BrokerException">It has not answered, or cannot do it now.</exception>
    public async Task<RedisResult> Ask(Func<Task<RedisResult>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (Exception failed) when (IsOfRedis(failed))
        {
            throw Explain(failed);
        }
    }

    /// <summary>The server that a key is written at.</summary>
    /// <exception cref="BrokerException">There is none now.</exception>
    public IServer ServerOf(RedisKey key)
    {
        var connection = Connection;
        return connection.GetDatabase().IdentifyEndpoint(key, CommandFlags.DemandMaster) is { } place
            ? connection.GetServer(place)
            : throw new BrokerException("Redis cannot be reached.", mayHaveBeenDone: false);
    }

    /// <summary>Has what is published to a topic heard, in its order, from when this is done.</summary>
    /// <exception cref="BrokerException">Redis has not answered, or cannot do it now.</exception>
    public async Task<ChannelMessageQueue> Subscribe(RedisChannel topic, Action<RedisValue> hear)
    {
        try
        {
            var subscriber = Connection.GetSubscriber();
            try
            {
                Task<ChannelMessageQueue> subscribing;
                lock (_subscribing)
                {
                    subscribing = subscriber.SubscribeAsync(topic);
                }

                var queue = await subscribing.ConfigureAwait(false);
                queue.OnMessage(message => hear(message.Message));
                return queue;
            }
            catch
            {
                // The library would subscribe later, for a queue that nobody has.
                lock (_subscribing)
                {
                    subscriber.Unsubscribe(topic, flags: CommandFlags.FireAndForget);
                }

                throw;
            }
        }
        catch (Exception failed) when (IsOfRedis(failed))
        {
            throw Explain(failed);
        }
    }

    /// <summary>Has nothing heard any more of what <see cref="Subscribe"/> gave.</summary>
    public void Unsubscribe(ChannelMessageQueue queue)
    {
        lock (_subscribing)
        {
            queue.Unsubscribe(CommandFlags.FireAndForget);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.CloseAsync().ConfigureAwait(false);
            connection.Dispose();
        }
    }

    // In a cluster whose slots move, only one of a channel's keys may be there: for milliseconds, as a rule.
    private async Task<RedisResult> RunOnceWhole(Script script, RedisKey[] keys, RedisValue[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await Run(Connection.GetDatabase(), script, keys, arguments).ConfigureAwait(false);
            }
            catch (RedisServerException half)
                when (half.Message.StartsWith("TRYAGAIN", StringComparison.Ordinal)
                    && Stopwatch.GetElapsedTime(started) < _options.Timeout)
            {
                await Task.Delay(TimeToMove).ConfigureAwait(false);
            }
        }
    }

    private static async Task<RedisResult> Run(
        IDatabase database, Script script, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await database.ScriptEvaluateAsync(
                script.Hash, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(
                script.Text, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }

    // A connection that is closed cancels what waits for it.
    private static bool IsOfRedis(Exception failed) =>
        failed is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    private BrokerException Explain(Exception failed)
    {
        var wasSent = failed switch
        {
            RedisConnectionException lost => lost.CommandStatus == CommandStatus.Sent,
            RedisServerException or ObjectDisposedException => false,
            _ => true,
        };
        if (failed is RedisServerException)
        {
            _logger.RedisRefuses(failed.Message);
        }

        return wasSent
            ? new BrokerException(
                "Redis has not answered: this may have been done, or not.", mayHaveBeenDone: true, failed)
            : new BrokerException(
                "Redis cannot be reached, or cannot do this now: nothing was done. Try again in a moment.",
                mayHaveBeenDone: false,
                failed);
    }

    // One that was replaced says no more of Redis. A refusal is said when it is found out, though that is later.
    private void OnGone(ConnectionMultiplexer connection, Exception? why)
    {
        if (!IsCurrent(connection))
        {
            return;
        }

        var refusal = ConnectionFault.FindRefusal(why);
        var isRefused = refusal is not null && refusal != Interlocked.Exchange(ref _refusal, refusal);
        if (!Interlocked.Exchange(ref _isGone, true) || isRefused)
        {
            _logger.RedisIsGone(Server, ConnectionFault.Describe(why));
        }
    }

    // The library tells of the first failure alone, and of a refusal only where something is asked: asked until it is
    // there, or says why not.
    private async Task LookForRefusal(ConnectionMultiplexer connection)
    {
        if (Interlocked.Exchange(ref _isLooking, true))
        {
            return;
        }

        while (IsCurrent(connection) && !connection.IsConnected)
        {
            var why = await ConnectionFault.Find(connection).ConfigureAwait(false);
            if (ConnectionFault.FindRefusal(why) is not null)
            {
                OnGone(connection, why);
                break;
            }

            await Task.Delay(TimeToLookAgain).ConfigureAwait(false);
        }

        Volatile.Write(ref _isLooking, false);
    }

    private void OnBack(ConnectionMultiplexer connection)
    {
        if (!IsCurrent(connection))
        {
            return;
        }

        if (Interlocked.Exchange(ref _isGone, false))
        {
            _refusal = null;
            _logger.RedisIsThere(Server);
        }

        Restored?.Invoke();
    }

    private bool IsCurrent(ConnectionMultiplexer connection) => Volatile.Read(ref _connection) == connection;
}
