using Halley.Server.Doctor;

namespace Halley.Server.Tests.Doctor;

public class RedisDiagnosisTests
{
    private const string Output = "client-output-buffer-limit";
    private const string WideOutput = "client-output-buffer-limit pubsub 32mb 8mb 60";
    private const string NoFence = "\"fence\": \"off\" in section redis of halley.json, if it never loses what it took";

    [Fact]
    public void A_redis_that_lacks_nothing_is_fit()
    {
        var diagnosis = new RedisDiagnosis(new FakeRedisServer());
        Assert.True(diagnosis.IsFit);
        Assert.All(diagnosis.Findings, finding => Assert.Equal(Verdict.Ok, finding.Verdict));
        Assert.Equal(
            [
                "version", "replication id", "maxmemory-policy", "appendonly", "appendfsync",
                "client-output-buffer-limit pubsub", "min-replicas-to-write", "round trip",
            ],
            diagnosis.Findings.Select(finding => finding.Name));
    }

    [Theory]
    [InlineData("version", "redis_version", "6.2.0", "Ok", null)]
    [InlineData("version", "redis_version", "8.0-rc1", "Ok", null)]
    [InlineData("version", "redis_version", "6.0.16", "Stops", "install Redis 6.2 or later")]
    [InlineData("version", "redis_version", "unstable", "Unknown", null)]
    [InlineData("replication id", "master_replid", null, "Ok", null)]
    [InlineData("replication id", "run_id", null, "Ok", null)]
    [InlineData("maxmemory-policy", "maxmemory-policy", "volatile-lru", "Stops", "maxmemory-policy noeviction")]
    [InlineData("maxmemory-policy", "maxmemory-policy", null, "Ok", null)]
    [InlineData("appendonly", "appendonly", "no", "Better", "appendonly yes")]
    [InlineData("appendonly", "appendonly", null, "Ok", null)]
    [InlineData("appendfsync", "appendfsync", "always", "Ok", null)]
    [InlineData("appendfsync", "appendfsync", "no", "Better", "appendfsync everysec")]
    [InlineData("appendfsync", "appendfsync", null, "Unknown", null)]
    [InlineData("client-output-buffer-limit pubsub", Output, "normal 0 0 0 slave 0 0 0 pubsub 0 0 0", "Ok", null)]
    [InlineData("client-output-buffer-limit pubsub", Output, "pubsub 33554432 1 0", "Ok", null)]
    [InlineData("client-output-buffer-limit pubsub", Output, "pubsub 33554431 8388608 60", "Better", WideOutput)]
    [InlineData("client-output-buffer-limit pubsub", Output, "pubsub 0 8388607 60", "Better", WideOutput)]
    [InlineData(
        "client-output-buffer-limit pubsub", Output, "normal 0 0 0 slave 268435456 67108864 60", "Unknown", null)]
    [InlineData("client-output-buffer-limit pubsub", Output, "pubsub 32mb 8mb", "Unknown", null)]
    [InlineData("client-output-buffer-limit pubsub", Output, null, "Unknown", null)]
    [InlineData("min-replicas-to-write", "min-replicas-to-write", "1", "Stops", "min-replicas-to-write 0")]
    [InlineData("min-replicas-to-write", "min-replicas-to-write", null, "Unknown", null)]
    [InlineData("min-replicas-to-write", "connected_slaves", "2", "Better", "min-replicas-to-write 1")]
    [InlineData("min-replicas-to-write", "connected_slaves", null, "Unknown", null)]
    public void Each_setting_is_judged_by_what_channels_need(
        string name, string key, string? value, string verdict, string? line)
    {
        var finding = Assert.Single(
            new RedisDiagnosis(new FakeRedisServer().With(key, value)).Findings, finding => finding.Name == name);
        Assert.Equal((verdict, line), ($"{finding.Verdict}", finding.Remedy?.Line));
    }

    [Fact]
    public void As_many_replicas_as_must_write_are_enough_and_fewer_stop_all_writing()
    {
        var redis = new FakeRedisServer().With("connected_slaves", "2").With("min-replicas-to-write", "2");
        Assert.True(new RedisDiagnosis(redis).IsFit);
        var diagnosis = new RedisDiagnosis(redis.With("connected_slaves", "1"));
        Assert.Equal(
            "min-replicas-to-write 1",
            Assert.Single(diagnosis.Findings, finding => finding.Verdict == Verdict.Stops).Remedy?.Line);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000")]
    [InlineData("")]
    [InlineData(null)]
    public void Without_any_id_there_is_nothing_to_tell_a_restart_by(string? replicationId)
    {
        var redis = new FakeRedisServer().With("master_replid", replicationId);
        Assert.Contains(
            new RedisDiagnosis(redis).Findings,
            finding => finding is { Name: "replication id", Now: "run_id instead", Verdict: Verdict.Ok });
        var stopping = Assert.Single(
            new RedisDiagnosis(redis.With("run_id", null)).Findings, finding => finding.Verdict == Verdict.Stops);
        Assert.Equal(("replication id", NoFence), (stopping.Name, stopping.Remedy?.Line));
    }

    [Fact]
    public void Where_info_is_refused_the_scripts_fail()
    {
        var diagnosis = new RedisDiagnosis(new FakeRedisServer().WithoutInfo());
        var stopping = Assert.Single(diagnosis.Findings, finding => finding.Verdict == Verdict.Stops);
        Assert.Equal(("replication id", "INFO is refused"), (stopping.Name, stopping.Now));
        Assert.StartsWith("user NAME … +info ", stopping.Remedy?.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_config_is_refused_what_info_does_not_say_is_unknown_and_not_fine()
    {
        var diagnosis = new RedisDiagnosis(new FakeRedisServer().WithoutConfig());
        Assert.Equal(
            ["appendfsync", "client-output-buffer-limit pubsub", "min-replicas-to-write"],
            diagnosis.Missing.Select(finding => finding.Name));
        Assert.All(diagnosis.Missing, finding => Assert.Equal("cannot be read", finding.Now));

        var evicting = new RedisDiagnosis(
            new FakeRedisServer().WithoutConfig().With("maxmemory_policy", "allkeys-lru").With("aof_enabled", "0"));
        Assert.Contains(evicting.Findings, finding => finding is { Name: "maxmemory-policy", Verdict: Verdict.Stops });
        Assert.Contains(evicting.Findings, finding => finding is { Name: "appendonly", Verdict: Verdict.Better });
    }

    [Theory]
    [InlineData(1000, "1.00 ms", "Ok")]
    [InlineData(1010, "1.01 ms", "Better")]
    public void A_round_trip_takes_a_millisecond_at_most(int microseconds, string now, string verdict)
    {
        var diagnosis = new RedisDiagnosis(new FakeRedisServer { RoundTrip = TimeSpan.FromMicroseconds(microseconds) });
        var finding = Assert.Single(diagnosis.Findings, finding => finding.Name == "round trip");
        Assert.Equal((now, verdict), (finding.Now, $"{finding.Verdict}"));
        Assert.True(diagnosis.IsFit);
    }

    [Theory]
    [InlineData("yes", "always", "", "A restart of it loses nothing that was acknowledged.")]
    [InlineData(
        "yes",
        "everysec",
        "",
        "A restart of it loses nothing, a crash of its machine a second or two of messages; who missed them is told.")]
    [InlineData("no", "everysec", "", "A restart of it loses all messages and numbers; all subscribers are told.")]
    [InlineData(
        "no", "everysec", "3600 1", "A restart of it loses all since the last snapshot; who missed something is told.")]
    [InlineData(
        "no",
        "everysec",
        null,
        "A restart of it loses all since the last snapshot, if it makes any; who missed something is told.")]
    public void What_a_restart_loses_is_said(string appending, string often, string? snapshots, string sentence)
    {
        var redis = new FakeRedisServer().With("appendonly", appending).With("appendfsync", often).With(
            "save", snapshots);
        Assert.Equal(sentence, new RedisDiagnosis(redis).Loss);
    }

    [Fact]
    public void Nobody_can_say_what_a_restart_loses_where_nothing_can_be_read() =>
        Assert.Equal(
            "Nobody can say what a restart of it loses.",
            new RedisDiagnosis(new FakeRedisServer().WithoutConfig().WithoutInfo()).Loss);
}
