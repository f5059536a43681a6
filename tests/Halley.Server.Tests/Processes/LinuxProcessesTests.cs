using System.Diagnostics;
using Halley.Server.Processes;

namespace Halley.Server.Tests.Processes;

public class LinuxProcessesTests
{
    private readonly LinuxProcesses _processes = new();

    [Fact]
    public void This_process_lives() => Assert.True(_processes.IsAlive(Environment.ProcessId));

    [Fact]
    public void The_first_process_of_all_lives() => Assert.True(_processes.IsAlive(1));

    [Fact]
    public void A_pid_that_nobody_can_have_does_not_live()
    {
        // Linux gives out at most 4,194,304.
        Assert.False(_processes.IsAlive(4_194_305));
        Assert.Null(_processes.ProgramOf(4_194_305));
    }

    [Fact]
    public async Task A_process_can_be_named_and_ended()
    {
        using var sleeper = Process.Start("sleep", "1000");
        Assert.Equal("sleep", _processes.ProgramOf(sleeper.Id));
        Assert.True(_processes.Terminate(sleeper.Id));
        await sleeper.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.False(_processes.IsAlive(sleeper.Id));
    }

    [Fact]
    public async Task A_process_cannot_pass_for_another_program()
    {
        using var sleeper = Process.Start("bash", ["-c", "exec -a halley sleep 1000"]);
        try
        {
            while (_processes.ProgramOf(sleeper.Id) == "bash")
            {
                await Task.Yield();
            }

            Assert.Equal("sleep", _processes.ProgramOf(sleeper.Id));
        }
        finally
        {
            sleeper.Kill();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_ended_and_was_not_waited_for_does_not_live()
    {
        // The shell becomes a sleeper that knows nothing of the child it had; that child stays a zombie.
        var start =
            new ProcessStartInfo("sh", ["-c", "true & echo $!; exec sleep 1000"]) { RedirectStandardOutput = true };
        using var parent = Process.Start(start)!;
        try
        {
            var zombie = int.Parse((await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
            while (_processes.IsAlive(zombie))
            {
                await Task.Yield();
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }

            Assert.False(_processes.IsAlive(zombie));
        }
        finally
        {
            parent.Kill();
        }
    }
}
