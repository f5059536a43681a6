using Halley.Server.Doctor;

namespace Halley.Server.Tests.Doctor;

public class DiagnosisTests
{
    private const string Tight = "Max open files            20000                20000                files";
    private const string NoLimit = "Max open files            unlimited            unlimited            files";

    [Fact]
    public void A_machine_that_lacks_nothing_can_hold_them()
    {
        var diagnosis = new Diagnosis(new FakeMachine(), 1_000_000);
        Assert.True(diagnosis.CanHold);
        Assert.All(diagnosis.Findings, finding => Assert.Equal(Verdict.Ok, finding.Verdict));
        Assert.Equal(("fs.nr_open", 2_000_000 - 308), (diagnosis.Lowest.Name, diagnosis.Lowest.Holds));
    }

    [Theory]
    [InlineData(
        "descriptors (ulimit -Hn)",
        "/proc/self/limits",
        Tight,
        "Stops",
        "ulimit -n 1000308  # as root; in halley.service: LimitNOFILE=1000308")]
    [InlineData("descriptors (ulimit -Hn)", "/proc/self/limits", NoLimit, "Ok", null)]
    [InlineData("descriptors (ulimit -Hn)", "/proc/self/limits", null, "MustBeKnown", null)]
    [InlineData("fs.nr_open", "/proc/sys/fs/nr_open", "1000308", "Ok", null)]
    [InlineData("fs.nr_open", "/proc/sys/fs/nr_open", "1000307", "Stops", "sysctl -w fs.nr_open=1000308")]
    [InlineData("fs.nr_open", "/proc/sys/fs/nr_open", null, "Unknown", null)]
    [InlineData("fs.file-max", "/proc/sys/fs/file-max", "1001307", "Stops", "sysctl -w fs.file-max=1001308")]
    [InlineData("fs.file-max", "/proc/sys/fs/file-max", "1001308", "Ok", null)]
    [InlineData("fs.file-max", "/proc/sys/fs/file-max", "18446744073709551615", "Ok", null)]
    [InlineData("fs.file-max", "/proc/sys/fs/file-max", "many", "Unknown", null)]
    [InlineData(
        "fs.epoll.max_user_watches",
        "/proc/sys/fs/epoll/max_user_watches",
        "400000",
        "Stops",
        "sysctl -w fs.epoll.max_user_watches=1000308")]
    [InlineData("fs.epoll.max_user_watches", "/proc/sys/fs/epoll/max_user_watches", null, "Unknown", null)]
    [InlineData("memory available", "/proc/meminfo", "MemAvailable:    4194304 kB\n", "Stops", "260 MiB more memory")]
    [InlineData("memory available", "/proc/meminfo", "MemAvailable:    5242880 kB\n", "Ok", null)]
    [InlineData("memory available", "/proc/meminfo", "MemTotal:        5242880 kB\n", "MustBeKnown", null)]
    [InlineData("control group's memory", "/proc/self/cgroup", null, "Unknown", null)]
    [InlineData("control group's memory", "/sys/fs/cgroup/user.slice/shell/memory.max", null, "Ok", null)]
    [InlineData("control group's memory", "/sys/fs/cgroup/user.slice/shell/memory.max", "9000000000", "Ok", null)]
    [InlineData(
        "control group's memory", "/sys/fs/cgroup/user.slice/memory.max", "1000000000", "Stops",
        "echo 4567108864 > /sys/fs/cgroup/user.slice/memory.max  # in halley.service: MemoryMax=4567108864")]
    [InlineData("control group's threads", "/sys/fs/cgroup/user.slice/shell/pids.max", "34", "Ok", null)]
    [InlineData(
        "control group's threads", "/sys/fs/cgroup/user.slice/shell/pids.max", "33", "Stops",
        "echo 34 > /sys/fs/cgroup/user.slice/shell/pids.max  # in halley.service: TasksMax=34")]
    [InlineData("control group's threads", "/proc/self/cgroup", null, "Unknown", null)]
    [InlineData("vm.overcommit_memory", "/proc/sys/vm/overcommit_memory", "1", "Ok", null)]
    [InlineData("vm.overcommit_memory", "/proc/sys/vm/overcommit_memory", "2", "Ok", null)]
    [InlineData("vm.overcommit_memory", "/proc/sys/vm/overcommit_memory", null, "Unknown", null)]
    [InlineData("net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max", null, "Ok", null)]
    [InlineData("net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max", "1000000", "Ok", null)]
    [InlineData(
        "net.netfilter.nf_conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max", "262144", "Stops",
        "sysctl -w net.netfilter.nf_conntrack_max=1000000")]
    [InlineData(
        "net.core.somaxconn", "/proc/sys/net/core/somaxconn", "4096", "Better", "sysctl -w net.core.somaxconn=65535")]
    [InlineData("net.core.somaxconn", "/proc/sys/net/core/somaxconn", null, "Unknown", null)]
    [InlineData(
        "net.ipv4.tcp_syncookies",
        "/proc/sys/net/ipv4/tcp_syncookies",
        "0",
        "Better",
        "sysctl -w net.ipv4.tcp_syncookies=1")]
    [InlineData("net.ipv4.tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies", "2", "Ok", null)]
    [InlineData("net.ipv4.tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies", null, "Unknown", null)]
    [InlineData(
        "net.ipv4.tcp_max_syn_backlog",
        "/proc/sys/net/ipv4/tcp_syncookies",
        "0",
        "Better",
        "sysctl -w net.ipv4.tcp_max_syn_backlog=65535")]
    [InlineData("net.ipv4.tcp_max_syn_backlog", "/proc/sys/net/ipv4/tcp_max_syn_backlog", null, "Unknown", null)]
    [InlineData(
        "net.ipv4.ip_local_port_range", "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999", "Better",
        "sysctl -w net.ipv4.ip_local_port_range='10000 65535'")]
    [InlineData("net.ipv4.ip_local_port_range", "/proc/sys/net/ipv4/ip_local_port_range", "1024\t65535", "Ok", null)]
    [InlineData("net.ipv4.ip_local_port_range", "/proc/sys/net/ipv4/ip_local_port_range", null, "Unknown", null)]
    [InlineData(
        "net.ipv4.tcp_mem",
        "/proc/sys/net/ipv4/tcp_mem",
        "100 200 300000",
        "Better",
        "sysctl -w net.ipv4.tcp_mem='500000 666666 1000000'")]
    [InlineData("net.ipv4.tcp_mem", "/proc/sys/net/ipv4/tcp_mem", null, "Unknown", null)]
    [InlineData("net.ipv4.tcp_rmem", "/proc/sys/net/ipv4/tcp_rmem", null, "Unknown", null)]
    [InlineData("net.ipv4.tcp_wmem", "/proc/sys/net/ipv4/tcp_wmem", null, "Unknown", null)]
    [InlineData(
        "net.core.wmem_max", "/proc/sys/net/core/wmem_max", "8192", "Better", "sysctl -w net.core.wmem_max=16384")]
    [InlineData("net.core.wmem_max", "/proc/sys/net/core/wmem_max", null, "Unknown", null)]
    public void Each_limit_is_judged_by_what_a_million_need(
        string name, string path, string? text, string verdict, string? line)
    {
        var diagnosis = new Diagnosis(new FakeMachine().With(path, text), 1_000_000);
        var finding = Assert.Single(diagnosis.Findings, finding => finding.Name == name);
        Assert.Equal((verdict, line), ($"{finding.Verdict}", finding.Remedy?.Line));
        Assert.Equal(verdict is not ("Stops" or "MustBeKnown"), diagnosis.CanHold);
    }

    [Fact]
    public void Old_control_groups_have_a_tree_for_each_controller()
    {
        var machine = new FakeMachine()
            .With("/proc/self/cgroup", "8:cpu,memory:/docker/12\n7:pids:/\n0::/\n")
            .With("/sys/fs/cgroup/memory/docker/12/memory.limit_in_bytes", "9223372036854771712\n")
            .With("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
        var finding = new Diagnosis(machine, 1_000_000).Lowest;
        Assert.Equal(("control group's memory", "1.0 GiB"), (finding.Name, finding.Now));
        Assert.Equal(((1L << 30) - (64 << 20)) / 4_500, finding.Holds);
    }

    [Fact]
    public void A_machine_that_promises_no_more_than_it_has_is_judged_by_what_it_may_promise()
    {
        var machine = new FakeMachine()
            .With("/proc/sys/vm/overcommit_memory", "2")
            .With("/proc/meminfo", FakeMachine.Memory(16).Replace(" 0 kB", " 16700000 kB", StringComparison.Ordinal));
        var finding = new Diagnosis(machine, 1_000_000).Lowest;
        Assert.Equal(
            ("vm.overcommit_memory", "sysctl -w vm.overcommit_memory=0"), (finding.Name, finding.Remedy?.Line));
    }

    [Fact]
    public void Buffers_are_never_given_more_than_half_of_the_memory()
    {
        var machine = new FakeMachine()
            .With("/proc/sys/net/ipv4/tcp_mem", "100 200 300")
            .With("/proc/meminfo", "MemTotal:  819200 kB\n");
        Assert.Contains(
            new Diagnosis(machine, 1_000_000).Findings,
            finding => finding.Remedy?.Line == "sysctl -w net.ipv4.tcp_mem='51200 68266 102400'");
    }

    [Fact]
    public void What_a_firewall_follows_already_is_counted_in()
    {
        var machine = new FakeMachine()
            .With("/proc/sys/net/netfilter/nf_conntrack_max", "1000000")
            .With("/proc/sys/net/netfilter/nf_conntrack_count", "50");
        Assert.Equal(
            "sysctl -w net.netfilter.nf_conntrack_max=1000050", new Diagnosis(machine, 1_000_000).Lowest.Remedy?.Line);
    }

    [Fact]
    public void A_firewall_that_follows_nothing_stops_nothing()
    {
        var machine = new FakeMachine()
            .With("/proc/sys/net/netfilter/nf_conntrack_max", "262144")
            .With("/proc/sys/net/netfilter/nf_conntrack_count", "0");
        var diagnosis = new Diagnosis(machine, 1_000_000);
        Assert.True(diagnosis.CanHold);
        Assert.Contains(
            diagnosis.Findings,
            finding => finding is { Verdict: Verdict.Better, Name: "net.netfilter.nf_conntrack_max" });
    }
}
