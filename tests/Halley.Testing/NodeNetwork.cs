using System.Diagnostics;
using System.Net;

namespace Halley.Testing;

/// <summary>
/// A machine for each node, as far as the network is concerned: namespaces joined by a bridge, which this process reaches too. Two of them can be cut off from
/// each other while both go on. Needs root.
/// </summary>
public sealed class NodeNetwork : IDisposable
{
    private const string Ip = "/usr/sbin/ip";

    private static readonly Lazy<bool> Allowed = new(TryMake);

    private readonly string _prefix = $"h{Environment.ProcessId % 100_000}";
    private readonly List<string> _names;
    private readonly string _net;

    public NodeNetwork(params string[] names)
    {
        _names = [.. names];
        _net = $"10.199.{Environment.ProcessId % 250}";
        try
        {
            Run($"link add {_prefix} type bridge");
            Run($"addr add {_net}.254/24 dev {_prefix}");
            Run($"link set {_prefix} up");
            foreach (var name in names)
            {
                Run($"netns add {_prefix}{name}");
                Run($"link add {_prefix}{name} type veth peer name eth0 netns {_prefix}{name}");
                Run($"link set {_prefix}{name} master {_prefix} up");
                Run($"-n {_prefix}{name} addr add {AddressOf(name)}/24 dev eth0");
                Run($"-n {_prefix}{name} link set eth0 up");
                Run($"-n {_prefix}{name} link set lo up");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether this machine lets us make one.</summary>
    public static bool IsAllowed => Allowed.Value;

    public IPAddress AddressOf(string name) => IPAddress.Parse($"{_net}.{_names.IndexOf(name) + 1}");

    /// <summary>The words that let a command run on a node's machine.</summary>
    public IReadOnlyList<string> On(string name) => [Ip, "netns", "exec", _prefix + name];

    /// <summary>Lets nothing through between two machines: what is sent is lost, and nobody is told.</summary>
    public void Cut(string one, string other) => Change("add", one, other);

    /// <summary>Lets everything through again.</summary>
    public void Join(string one, string other) => Change("del", one, other);

    public void Dispose()
    {
        foreach (var name in _names)
        {
            TryRun($"netns del {_prefix}{name}");
        }

        TryRun($"link del {_prefix}");
    }

    private void Change(string verb, string one, string other)
    {
        Run($"-n {_prefix}{one} route {verb} blackhole {AddressOf(other)}/32");
        Run($"-n {_prefix}{other} route {verb} blackhole {AddressOf(one)}/32");
    }

    private static bool TryMake()
    {
        if (!File.Exists(Ip) || Environment.UserName != "root")
        {
            return false;
        }

        try
        {
            new NodeNetwork("t").Dispose();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Run(string arguments)
    {
        if (TryRun(arguments) is { Length: > 0 } wrong)
        {
            throw new InvalidOperationException($"ip {arguments}: {wrong}");
        }
    }

    // What it complains of; empty where it did it.
    private static string TryRun(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Ip, arguments) { RedirectStandardError = true })!;
        var wrong = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : $"{wrong.Trim()} (status {process.ExitCode})";
    }
}
