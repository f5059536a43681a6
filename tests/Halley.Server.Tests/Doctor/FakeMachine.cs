using Halley.Server.Doctor;

namespace Halley.Server.Tests.Doctor;

/// <summary>A machine with two processors on which a million connections fit, until a test changes a file.</summary>
internal sealed class FakeMachine : IMachine
{
    private readonly Dictionary<string, string?> _files = new()
    {
        ["/proc/self/limits"] = Limits("2000000", "2000000"),
        ["/proc/sys/fs/nr_open"] = "2000000\n",
        ["/proc/sys/fs/file-max"] = "9223372036854775807\n",
        ["/proc/sys/fs/file-nr"] = "1000\t0\t9223372036854775807\n",
        ["/proc/sys/fs/epoll/max_user_watches"] = "5000000\n",
        ["/proc/sys/net/core/somaxconn"] = "65535\n",
        ["/proc/sys/net/core/wmem_max"] = "212992\n",
        ["/proc/sys/net/ipv4/tcp_syncookies"] = "1\n",
        ["/proc/sys/net/ipv4/tcp_max_syn_backlog"] = "512\n",
        ["/proc/sys/net/ipv4/ip_local_port_range"] = "10000\t65535\n",
        ["/proc/sys/net/ipv4/tcp_mem"] = "500000\t700000\t1000000\n",
        ["/proc/sys/net/ipv4/tcp_rmem"] = "4096\t131072\t6291456\n",
        ["/proc/sys/net/ipv4/tcp_wmem"] = "4096\t16384\t4194304\n",
        ["/proc/sys/vm/overcommit_memory"] = "0\n",
        ["/proc/meminfo"] = Memory(16),
        ["/proc/self/cgroup"] = "0::/user.slice/shell\n",
        ["/sys/fs/cgroup/user.slice/shell/memory.max"] = "max\n",
        ["/sys/fs/cgroup/user.slice/shell/pids.max"] = "max\n",
    };

    public int Processors => 2;

    public int PageBytes => 4096;

    public string? Read(string path) => _files.GetValueOrDefault(path);

    /// <param name="text">Null: it cannot be read.</param>
    public FakeMachine With(string path, string? text)
    {
        _files[path] = text;
        return this;
    }

    public static string Limits(string soft, string hard) =>
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        + "Max processes             96365                96365                processes \n"
        + $"Max open files            {soft,-20} {hard,-20} files     \n";

    public static string Memory(long gibibytes) =>
        $"MemTotal:       99999999 kB\nMemAvailable:   {gibibytes << 20} kB\nCommitLimit:    {gibibytes << 20} kB\n"
            + "Committed_AS:          0 kB\n";
}
