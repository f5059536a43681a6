using System.CommandLine;
using Halley.Server.Commands;
using Halley.Server.Tests.Doctor;

namespace Halley.Server.Tests.Commands;

public sealed class DoctorOfRedisTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_redis_that_lacks_nothing_is_status_0()
    {
        Assert.Equal(0, DoctorCommand.Run([new FakeRedisServer()], _output));
        Assert.StartsWith("10.0.0.5:6379 ", $"{_output}", StringComparison.Ordinal);
        Assert.EndsWith("\nServers can share their channels through it.\n", $"{_output}", StringComparison.Ordinal);
        Assert.DoesNotContain("redis.conf", $"{_output}", StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_that_is_not_fit_is_status_1_and_a_line_for_redis_conf()
    {
        Assert.Equal(
            1, DoctorCommand.Run(
                [new FakeRedisServer().With("maxmemory-policy", "allkeys-lru"), new FakeRedisServer()], _output));
        Assert.Matches(@"\nmaxmemory-policy +allkeys-lru +noeviction  maxmemory-policy noeviction\n", $"{_output}");
        Assert.Contains(
            "\nServers cannot share their channels through it as it is: maxmemory-policy.\n\n10.0.0.5:6379 ",
            $"{_output}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_said_and_not_called_fine()
    {
        Assert.Equal(0, DoctorCommand.Run([new FakeRedisServer().WithoutConfig()], _output));
        Assert.Matches(@"\nmin-replicas-to-write +cannot be read +0 without replicas  unknown\n", $"{_output}");
        Assert.EndsWith(
            "\nIt does not say how it is set: ask who runs it about appendfsync, client-output-buffer-limit pubsub, "
                + "min-replicas-to-write.\n"
                + "Nothing that can be read keeps servers from sharing their channels through it.\n",
            $"{_output}",
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "halley: --redis wants redis://HOST:PORT such as redis://127.0.0.1:6379, as redis.url does; rediss:// for "
            + "TLS\n",
        "--redis",
        "http://secret@here")]
    [InlineData(
        "halley: --redis stands alone: --connections and --script are about this machine\n",
        "--redis",
        "redis://here",
        "--script")]
    [InlineData(
        "halley: --redis stands alone: --connections and --script are about this machine\n",
        "--redis",
        "redis://here",
        "--connections",
        "5")]
    public async Task What_means_nothing_is_one_line_and_status_1(string line, params string[] words)
    {
        var error = new StringWriter { NewLine = "\n" };
        var status = await HalleyCommand.Run(
            ["doctor", .. words], new InvocationConfiguration { Output = _output, Error = error });
        Assert.Equal((1, "", line), (status, $"{_output}", $"{error}"));
    }
}
