using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary><c>halley doctor --redis</c> asks a real one.</summary>
public sealed class DoctorOfRedis
{
    [Fact]
    public async Task A_redis_is_asked_how_it_is_set()
    {
        using var redis = new RedisServer("--appendonly", "yes", "--maxmemory-policy", "allkeys-lru");
        await using var doctor = Ask($"redis://{redis.Address}");

        Assert.Equal(1, await doctor.UntilExitAsync());
        Assert.Matches(@"(?m)^replication id +visible +visible in INFO  ok$", doctor.Output);
        Assert.Matches(@"(?m)^maxmemory-policy +allkeys-lru +noeviction  maxmemory-policy noeviction$", doctor.Output);
        Assert.Matches(@"(?m)^appendfsync +everysec +everysec or always  ok$", doctor.Output);
        Assert.Matches(@"(?m)^client-output-buffer-limit pubsub +32 MiB, 8 MiB for 60 s .* ok$", doctor.Output);
        Assert.Matches(@"(?m)^min-replicas-to-write +0 +0 without replicas  ok$", doctor.Output);
        Assert.Matches(@"(?m)^round trip +\d+\.\d\d ms ", doctor.Output);
        Assert.Contains(
            "Servers cannot share their channels through it as it is: maxmemory-policy.",
            doctor.Output,
            StringComparison.Ordinal);

        redis.Ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
        await using var again = Ask($"redis://{redis.Address}");

        Assert.Equal(0, await again.UntilExitAsync());
    }

    [Fact]
    public async Task A_redis_that_forbids_config_is_not_called_fine()
    {
        using var redis = new RedisServer("--requirepass", "right", "--rename-command", "CONFIG", "");
        await using var doctor = Ask($"redis://right@{redis.Address}");

        Assert.Equal(0, await doctor.UntilExitAsync());
        Assert.Matches(@"(?m)^client-output-buffer-limit pubsub +cannot be read .* unknown$", doctor.Output);
        Assert.Contains(
            "ask who runs it about client-output-buffer-limit pubsub, min-replicas-to-write.",
            doctor.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_one_sentence_without_it()
    {
        using var redis = new RedisServer("--requirepass", "right");
        await using var doctor = Ask($"redis://wr0ng@{redis.Address}");

        Assert.Equal(1, await doctor.UntilExitAsync());
        Assert.Equal("", doctor.Output);
        Assert.StartsWith(
            $"halley: Redis at {redis.Address} refuses the user or the password: ",
            doctor.Errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", doctor.Errors, StringComparison.Ordinal);
        Assert.Single(doctor.Errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_redis_that_is_not_there_is_one_sentence()
    {
        using var redis = new RedisServer();
        redis.Kill();
        await using var doctor = Ask($"redis://{redis.Address}");

        Assert.Equal(1, await doctor.UntilExitAsync());
        Assert.Equal(
            $"halley: Redis at {redis.Address} cannot be reached, or does not answer: does it run there, and may this "
                + "machine connect to it?",
            doctor.Errors.TrimEnd());
    }

    private static ServerProcess Ask(string url) => ServerProcess.Start(Path.GetTempPath(), ["doctor", "--redis", url]);
}
