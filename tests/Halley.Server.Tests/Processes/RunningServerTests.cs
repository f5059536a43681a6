using Halley.Server.Processes;

namespace Halley.Server.Tests.Processes;

public sealed class RunningServerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly QuickTime _time = new();
    private readonly List<string> _said = [];
    private TimeSpan _drain;

    private string Path => _directory.At("x.pid");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_is_asked_to_end_and_waited_for()
    {
        var processes = new FakeProcesses((77, "halley"));
        processes.OnTerminate = pid => _time.Meanwhile = () =>
        {
            File.Delete(Path);
            processes.End(pid);
        };
        await Stop("77", processes);
        Assert.Equal([77], processes.Terminated);
        Assert.Equal(["process 77 has ended"], _said);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task A_server_that_dies_without_removing_its_pidfile_leaves_none()
    {
        await Stop("77", new FakeProcesses((77, "halley")));
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task A_stale_pidfile_is_removed_and_nobody_signalled()
    {
        var processes = new FakeProcesses();
        await Stop("77", processes);
        Assert.Empty(processes.Terminated);
        Assert.Contains("stale", Assert.Single(_said), StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task Another_server_that_has_the_number_of_one_that_died_is_never_signalled()
    {
        File.WriteAllText(Path, "77");
        var processes = new FakeProcesses((77, "halley"));
        await Server(processes).Stop(_said.Add, TestContext.Current.CancellationToken);
        Assert.Empty(processes.Terminated);
        Assert.Contains("stale", Assert.Single(_said), StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task A_server_in_another_container_is_not_guessed_at()
    {
        File.WriteAllText(Path, "78");
        using var held = File.OpenHandle(Path, share: FileShare.Read);
        var stop = () => Server(new FakeProcesses()).Stop(_said.Add, TestContext.Current.CancellationToken);
        Assert.Contains(
            "held by a server that cannot be seen from here",
            (await Assert.ThrowsAsync<PidfileException>(stop)).Message,
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path));
    }

    [Theory]
    [InlineData("0", "names process 0, which is never signalled")]
    [InlineData("1", "names process 1, which is never signalled")]
    [InlineData("-77", "holds no process id")]
    [InlineData("abc", "holds no process id")]
    [InlineData("", "holds no process id")]
    [InlineData("88", "names process 88 (icomet-server), which is not halley and is not signalled")]
    public async Task What_is_not_a_server_of_ours_is_never_signalled(string text, string message)
    {
        var processes = new FakeProcesses((0, "halley"), (1, "halley"), (77, "halley"), (88, "icomet-server"));
        Assert.Contains(message, await Refusal(text, processes), StringComparison.Ordinal);
        Assert.Empty(processes.Terminated);
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public async Task A_server_that_ends_its_connections_in_good_order_is_given_that_time_too()
    {
        _drain = TimeSpan.FromSeconds(10);
        var processes = new FakeProcesses((77, "halley")) { OnTerminate = _ => { } };
        Assert.Contains("still runs after 25 s", await Refusal("77", processes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_end_is_waited_for_with_bounded_patience()
    {
        var processes = new FakeProcesses((77, "halley")) { OnTerminate = _ => { } };
        Assert.Contains("still runs after 15 s", await Refusal("77", processes), StringComparison.Ordinal);
        Assert.Equal(RunningServer.Patience.TotalSeconds, _time.Waits.Sum(wait => wait.TotalSeconds), 0.5);
    }

    [Fact]
    public async Task Another_users_server_cannot_be_stopped_and_that_is_said() => Assert.Contains(
        "may not be signalled by this user",
        await Refusal("77", new FakeProcesses((77, "halley")) { MaySignal = false }),
        StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_pidfile_there_is_nobody_to_stop()
    {
        var stop = () => Server(new FakeProcesses()).Stop(_said.Add, TestContext.Current.CancellationToken);
        Assert.Contains(
            "no pidfile", (await Assert.ThrowsAsync<PidfileException>(stop)).Message, StringComparison.Ordinal);
    }

    private RunningServer Server(FakeProcesses processes) => new(
        new Pidfile(Path, processes), processes, _time, _drain);

    /// <param name="text">What the pidfile holds; 77 is a server that keeps it locked, where it lives.</param>
    private async Task Stop(string text, FakeProcesses processes)
    {
        File.WriteAllText(Path, text);
        using var held = text == "77" && processes.IsAlive(77) ? File.OpenHandle(Path, share: FileShare.Read) : null;
        var end = processes.OnTerminate;
        processes.OnTerminate = pid =>
        {
            held?.Dispose();
            end(pid);
        };
        await Server(processes).Stop(_said.Add, TestContext.Current.CancellationToken);
    }

    private async Task<string> Refusal(string text, FakeProcesses processes) =>
        (await Assert.ThrowsAsync<PidfileException>(() => Stop(text, processes))).Message;
}
