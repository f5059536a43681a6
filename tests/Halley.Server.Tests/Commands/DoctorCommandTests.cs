using System.CommandLine;
using Halley.Server.Commands;
using Halley.Server.Doctor;
using Halley.Server.Tests.Doctor;

namespace Halley.Server.Tests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void The_last_sentence_says_how_many_fit_and_what_ends_them()
    {
        Assert.Equal(0, Run(new FakeMachine()));
        Assert.EndsWith(
            "\nThis machine can hold 1,999,692 connections now; the lowest limit is fs.nr_open, 2,000,000.\n",
            $"{_output}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_stops_them_is_status_1_and_a_line_to_type()
    {
        Assert.Equal(1, Run(new FakeMachine().With("/proc/self/limits", FakeMachine.Limits("1024", "20000"))));
        Assert.Matches(
            @"\ndescriptors \(ulimit -Hn\) +20,000 \(soft 1,024\) +1,000,308  ulimit -n 1000308  # as root; "
                + @"in halley.service: LimitNOFILE=1000308\n",
            $"{_output}");
        Assert.EndsWith(
            "\nThis machine can hold 19,692 connections now, not 1,000,000; the lowest limit is descriptors (ulimit "
                + "-Hn), 20,000 (soft 1,024).\n"
                + "To set it for good: halley doctor --connections 1000000 --script\n",
            $"{_output}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_only_be_better_is_status_0()
    {
        Assert.Equal(0, Run(new FakeMachine().With("/proc/sys/net/core/somaxconn", "128")));
        Assert.Contains(
            "sysctl -w net.core.somaxconn=65535  # better when all come back at once\n",
            $"{_output}",
            StringComparison.Ordinal);
        Assert.Contains("\nWhat is marked \"# better\" stops no connection.\n", $"{_output}", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_descriptors_and_memory_nobody_can_say()
    {
        Assert.Equal(1, Run(new FakeMachine().With("/proc/self/limits", null).With("/proc/meminfo", null)));
        Assert.Contains(
            "\nNobody can say how many connections this machine can hold: descriptors (ulimit -Hn) and memory "
                + "available cannot be read.\n",
            $"{_output}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_limit_that_cannot_be_read_is_said()
    {
        Assert.Equal(0, Run(new FakeMachine().With("/proc/sys/fs/nr_open", null)));
        Assert.Matches(@"\nfs.nr_open +cannot be read +1,000,308  unknown\n", $"{_output}");
    }

    [Fact]
    public void The_columns_stand_below_each_other()
    {
        Run(new FakeMachine());
        var rows = $"{_output}".Split('\n').TakeWhile(line => line.Length > 0).Skip(1).ToList();
        Assert.Single(rows.Select(row => row.LastIndexOf(' ')).Distinct());
    }

    [Fact]
    public void The_script_for_a_machine_that_lacks_nothing_is_a_comment()
    {
        Assert.Equal(0, Run(new FakeMachine(), isScript: true));
        Assert.Equal(
            "#!/bin/sh\n# What this machine needs to hold 1,000,000 connections, by halley doctor. For root.\n"
                + "# Nothing to change.\n",
            $"{_output}");
    }

    [Fact]
    public void The_script_sets_what_must_change_and_nothing_else()
    {
        var machine = new FakeMachine()
            .With("/proc/self/limits", FakeMachine.Limits("1024", "20000"))
            .With("/proc/sys/fs/nr_open", "65536")
            .With("/proc/sys/net/core/somaxconn", "128")
            .With("/proc/sys/net/core/wmem_max", null)
            .With("/proc/meminfo", FakeMachine.Memory(1))
            .With("/sys/fs/cgroup/memory.max", "1000000000");
        Assert.Equal(0, Run(machine, isScript: true));
        Assert.Equal(
            """
            #!/bin/sh
            # What this machine needs to hold 1,000,000 connections, by halley doctor. For root.
            # Not to be set: memory available is 1.0 GiB and must be 4.3 GiB.
            # Unknown: net.core.wmem_max cannot be read.
            cat >> /etc/sysctl.d/90-halley.conf <<'EOF'
            fs.nr_open = 1000308
            # Better when all come back at once.
            net.core.somaxconn = 65535
            EOF
            sysctl -p /etc/sysctl.d/90-halley.conf

            # For who logs in and starts halley by hand: from the next login on, and in this shell at once.
            # Not beyond fs.nr_open, or nobody could log in any more.
            [ "$(cat /proc/sys/fs/nr_open)" -ge 1000308 ] && cat >> /etc/security/limits.d/90-halley.conf <<'EOF'
            * - nofile 1000308
            root - nofile 1000308
            EOF
            ulimit -n 1000308

            # For the service, from its next start on.
            mkdir -p /etc/systemd/system/halley.service.d
            cat >> /etc/systemd/system/halley.service.d/limits.conf <<'EOF'
            [Service]
            LimitNOFILE=1000308
            MemoryMax=4567108864
            EOF
            systemctl daemon-reload

            """,
            $"{_output}");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("1,000")]
    [InlineData("")]
    [InlineData("2000000001")]
    [InlineData("99999999999999999999")]
    public async Task A_number_that_is_none_is_one_line_and_status_1(string connections)
    {
        var error = new StringWriter { NewLine = "\n" };
        var status = await HalleyCommand.Run(
            ["doctor", "--connections", connections], new InvocationConfiguration { Output = _output, Error = error });
        Assert.Equal(
            (
                1,
                "",
                $"halley: --connections is \"{connections}\"; it wants a number from 1 to 2000000000, such as "
                    + "1000000\n"),
            (status, $"{_output}", $"{error}"));
    }

    [Fact]
    public async Task This_machine_can_be_examined()
    {
        var error = new StringWriter { NewLine = "\n" };
        var status = await HalleyCommand.Run(
            ["doctor"], new InvocationConfiguration { Output = _output, Error = error });
        Assert.Contains(status, (int[])[0, 1]);
        Assert.Equal("", $"{error}");
        Assert.All(
            new Diagnosis(new FakeMachine(), 1).Findings,
            finding => Assert.Contains($"\n{finding.Name} ", $"{_output}", StringComparison.Ordinal));
    }

    private int Run(FakeMachine machine, bool isScript = false) =>
        DoctorCommand.Run(machine, "1000000", isScript, _output);
}
