using System.Diagnostics;
using Halley.Broker;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// The connections to Redis: asks it, says when it is gone and when it is back, and is made anew where it passes
/// nothing on. Any thread.
/// </summary>
internal sealed class RedisLink : IRedisLink
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
    private bool _wasThere;
    private string? _refusal;

    // Of the certificate that was shown last; the library tells of it only now and then.
    private volatile string? _certificateFault;

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
        connection.CertificateValidation += (_, _, chain, errors) =>
            (_certificateFault = ConnectionFault.Describe(errors, chain)) is null;
    }

    /// <inheritdoc/>
    public event Action? Restored;

    /// <inheritdoc/>
    public event Action? Renewed;

    /// <inheritdoc/>
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
            _ = LookForRefusal();
        };
        connection.ConnectionRestored += (_, _) => OnBack(connection);
        Volatile.Write(ref _connection, connection);
        if (connection.IsConnected)
        {
            (_isGone, _wasThere) = (false, true);
            _logger.RedisIsThere(Server);
        }
        else
        {
            OnGone(connection, await ConnectionFault.Find(connection).ConfigureAwait(false));
            _ = LookForRefusal();
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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
        try
        {
            return connection.GetDatabase().IdentifyEndpoint(key, CommandFlags.DemandMaster) is { } place
                ? connection.GetServer(place)
                : throw new BrokerException("Redis cannot be reached.", mayHaveBeenDone: false);
        }
        catch (Exception failed) when (IsOfRedis(failed) || failed is ArgumentException)
        {
            // A server that has just left its cluster is none of the connection's any more.
            throw new BrokerException("Redis cannot be reached.", mayHaveBeenDone: false, failed);
        }
    }

    /// <inheritdoc/>
    public async Task<IDisposable> Subscribe(RedisChannel topic, Action<RedisValue> hear)
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
                return new Topic(this, queue);
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

    /// <inheritdoc/>
    public void DoElsewhere(Action what) => ThreadPool.UnsafeQueueUserWorkItem(static what => what(), what, false);

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

        var refusal = RefusalBehind(why);
        var isRefused = refusal is not null && refusal != Interlocked.Exchange(ref _refusal, refusal);
        if (!Interlocked.Exchange(ref _isGone, true) || isRefused)
        {
            Action<ILogger, string, string> tell =
                Volatile.Read(ref _wasThere) ? RedisLog.RedisIsGone : RedisLog.RedisIsNotThereYet;
            tell(_logger, Server, refusal ?? ConnectionFault.Describe(why));
        }
    }

    private string? RefusalBehind(Exception? why) => _certificateFault ?? ConnectionFault.FindRefusal(why);

    // The library tells of the first failure alone, and of a refusal only where something is asked: asked until it is
    // there, or says why not.
    private async Task LookForRefusal()
    {
        if (Interlocked.Exchange(ref _isLooking, true))
        {
            return;
        }

        try
        {
            // Whichever connection there is by then: it may have been made anew.
            while (Volatile.Read(ref _connection) is { IsConnected: false } connection)
            {
                var why = await ConnectionFault.Find(connection).ConfigureAwait(false);
                if (RefusalBehind(why) is not null)
                {
                    OnGone(connection, why);
                    break;
                }

                await Task.Delay(TimeToLookAgain).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _isLooking, false);
        }
    }

    private void OnBack(ConnectionMultiplexer connection)
    {
        if (!IsCurrent(connection))
        {
            return;
        }

        Volatile.Write(ref _wasThere, true);
        if (Interlocked.Exchange(ref _isGone, false))
        {
            (_refusal, _certificateFault) = (null, null);
            _logger.RedisIsThere(Server);
        }

        Restored?.Invoke();
    }

    private bool IsCurrent(ConnectionMultiplexer connection) => Volatile.Read(ref _connection) == connection;

    private sealed class Topic(RedisLink link, ChannelMessageQueue queue) : IDisposable
    {
        public void Dispose()
        {
            lock (link._subscribing)
            {
                queue.Unsubscribe(CommandFlags.FireAndForget);
            }
        }
    }
}
