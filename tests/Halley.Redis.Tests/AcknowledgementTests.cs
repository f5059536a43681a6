using System.Globalization;
using Halley.Broker;
using Halley.Testing;
using StackExchange.Redis;

namespace Halley.Redis.Tests;

/// <summary>
/// Where a message counts as published only when a replica has it: what was acknowledged outlives the primary.
/// </summary>
public sealed class AcknowledgementTests : IDisposable
{
    private readonly RedisServer _primary = new("--repl-ping-replica-period", "1");
    private readonly RedisServer _replica;
    private readonly TcpSwitch _toPrimary;
    private readonly TcpSwitch _replication;
    private readonly RedisNodes _nodes;

    public AcknowledgementTests()
    {
        _replication = new TcpSwitch(_primary.Port);
        _replica = new RedisServer("--replicaof", "127.0.0.1", _replication.Address.Split(':')[1]);
        _toPrimary = new TcpSwitch(_primary.Port);
        _nodes = new RedisNodes(_primary, options => options with
        {
            WaitsForReplica = true,
            IdempotencyWindow = TimeSpan.FromSeconds(60),
            Connection = new ConfigurationOptions { EndPoints = { _toPrimary.Address } },
        });
    }

    public void Dispose()
    {
        _nodes.Dispose();
        _toPrimary.Dispose();
        _replica.Dispose();
        _replication.Dispose();
        _primary.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_failover()
    {
        await FollowedByReplica();
        await Task.WhenAll(
            Enumerable.Range(1, 200).Select(
                n => _nodes.Publish(n % 2, "news", n.ToString(CultureInfo.InvariantCulture))));

        _primary.Kill();
        _replica.Ask("REPLICAOF", "NO", "ONE");
        _toPrimary.SwitchTo(_replica.Port);

        var listener = new ReturningClient(_nodes, 0, "news");
        await _nodes.Until(() => listener.Count == 200, () => listener.Told);
    }

    [Fact]
    public async Task Without_a_replica_it_is_not_acknowledged_and_with_its_key_it_is_published_once()
    {
        await FollowedByReplica();
        _replication.SwitchTo(1);

        var refused = await Assert.ThrowsAsync<BrokerException>(() => Publish("one"));
        Assert.True(refused.MayHaveBeenDone);
        Assert.Contains("no replica", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<BrokerException>(() => Publish("one"));
        Assert.True(refused.MayHaveBeenDone);

        _replication.SwitchTo(_primary.Port);
        await FollowedByReplica();
        Assert.True((await Publish("one")).IsRepeat);
        var listener = new ReturningClient(_nodes, 0, "news");
        await _nodes.Until(() => listener.Told.StartsWith("one", StringComparison.Ordinal), () => listener.Told);
        Assert.Equal("one", listener.Told);
    }

    [Fact]
    public async Task Another_server_does_not_acknowledge_what_the_former_one_took()
    {
        await FollowedByReplica();
        using var confirmations = new Confirmations(_toPrimary.Address);
        await confirmations.Value.Connect();
        await confirmations.Value.Confirm("news"u8.ToArray(), await Term());

        var refused = await Assert.ThrowsAsync<BrokerException>(
            () => confirmations.Value.Confirm("news"u8.ToArray(), new string('a', 40)));
        Assert.True(refused.MayHaveBeenDone);
    }

    private Task<PublishResult> Publish(string text) =>
        _nodes[0].Publish(
            "news"u8, new Publication(System.Text.Encoding.UTF8.GetBytes(text)) { IdempotencyKey = "key"u8.ToArray() })
            .AsTask();

    private Task FollowedByReplica() => _nodes.Until(
        () => _replica.Ask("INFO", "replication").Contains("master_link_status:up", StringComparison.Ordinal)
            && _primary.Ask("INFO", "replication").Contains("state=online", StringComparison.Ordinal),
        "the replica follows");

    private Task<string> Term()
    {
        const string Field = "master_replid:";
        var info = _primary.Ask("INFO", "replication");
        return Task.FromResult(info.Substring(info.IndexOf(Field, StringComparison.Ordinal) + Field.Length, 40));
    }

    private sealed class Confirmations : IDisposable
    {
        public Confirmations(string address)
        {
            var options =
                new RedisOptions { Node = "n", Connection = new ConfigurationOptions { EndPoints = { address } } };
            Value = new ReplicaConfirmations(
                options, new RedisKeys(options), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        }

        public ReplicaConfirmations Value { get; }

        public void Dispose() => Value.DisposeAsync().AsTask().Wait();
    }
}
