using System.Globalization;
using Halley.Broker;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Halley.Redis;

/// <summary>
/// Confirms that a replica has what was published, over a connection of its own: waiting for replicas holds up all that
/// comes after it. Any thread.
/// </summary>
/// <remarks>
/// All that wait at one server are confirmed together: a write of our own comes after their messages, and Redis is
/// asked to wait for that. The answer counts only where it is of the server, the term and the connection that were
/// written to. A connection that was made anew has written nothing, and Redis would not wait for it.
/// </remarks>
internal sealed class ReplicaConfirmations : IAsyncDisposable
{
    private static readonly RedisValue[] MarkArguments = ["", 1];

    private readonly RedisKeys _keys;
    private readonly RedisLink _link;
    private readonly string _patience;
    private readonly Lock _lock = new();
    private List<Waiting> _waiting = [];
    private bool _isAsking;

    public ReplicaConfirmations(RedisOptions options, RedisKeys keys, ILogger logger)
    {
        _keys = keys;
        _patience = options.Timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        var connection = options.Connection.Clone();
        connection.ClientName = $"halley-{options.Node}-replicas";
        _link = new RedisLink(options with { Connection = connection, Timeout = 2 * options.Timeout }, logger);
    }

    /// <summary>Connects; returns, too, where Redis does not answer yet.</summary>
    public Task Connect() => _link.Connect();

    /// <summary>Completes when at least one replica has what was published to a channel before.</summary>
    /// <param name="term">The term that it was published under.</param>
    /// <exception cref="BrokerException">None has it yet, or it cannot be told.</exception>
    public Task Confirm(byte[] channel, string term)
    {
        var waiting = new Waiting(channel, term);
        lock (_lock)
        {
            _waiting.Add(waiting);
            if (_isAsking)
            {
                return waiting.Task;
            }

            _isAsking = true;
        }

        _ = AskWhileSomebodyWaits();
        return waiting.Task;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task AskWhileSomebodyWaits()
    {
        while (true)
        {
            List<Waiting> batch;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isAsking = false;
                    return;
                }

                (batch, _waiting) = (_waiting, []);
            }

            await Ask(batch).ConfigureAwait(false);
        }
    }

    private async Task Ask(List<Waiting> batch)
    {
        try
        {
            var servers = batch.GroupBy(waiting => _link.ServerOf(_keys.Meta(waiting.Channel)));
            await Task.WhenAll(servers.Select(Ask)).ConfigureAwait(false);
        }
        catch (BrokerException failed)
        {
            batch.ForEach(waiting => waiting.Fail(failed));
        }
    }

    private async Task Ask(IGrouping<IServer, Waiting> server)
    {
        try
        {
            var key = _keys.Mark(server.First().Channel);
            var before = await Mark(server.Key, key).ConfigureAwait(false);
            var confirmed = _link.Ask(() => server.Key.ExecuteAsync("WAIT", "1", _patience));
            var after = await Mark(server.Key, key).ConfigureAwait(false);
            var isConfirmed = (int)await confirmed.ConfigureAwait(false) > 0 && before == after;
            foreach (var waiting in server)
            {
                waiting.Complete(isConfirmed && waiting.Term == after.Term);
            }
        }
        catch (BrokerException failed)
        {
            foreach (var waiting in server)
            {
                waiting.Fail(failed);
            }
        }
    }

    // Writes, and says as what and where.
    private async Task<(long Connection, string Term)> Mark(IServer server, RedisKey key)
    {
        var connection = _link.Ask(() => server.ExecuteAsync("CLIENT", "ID"));
        var term = _link.Ask(() => server.ExecuteAsync("EVAL", [Script.Mark.Text, 1, key, .. MarkArguments]));
        return ((long)await connection.ConfigureAwait(false), (string)(await term.ConfigureAwait(false))!);
    }

    private sealed class Waiting(byte[] channel, string term)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Channel => channel;

        public string Term => term;

        public Task Task => _done.Task;

        public void Complete(bool isConfirmed)
        {
            if (isConfirmed)
            {
                _done.TrySetResult();
            }
            else
            {
                Fail(null);
            }
        }

        public void Fail(Exception? cause) => _done.TrySetException(new BrokerException(
            "Published, but no replica of Redis has confirmed it in time: a failover now may lose it. "
            + "With the same Idempotency-Key it can be sent again, and is published once.",
            mayHaveBeenDone: true,
            cause));
    }
}
