using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Halley.Server.Processes;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Halley.Server.Tests;

/// <summary>The program itself, as an operator starts and stops it.</summary>
public sealed class ServerProcessTests : IDisposable
{
    /// <summary>Ends a test whose process says nothing; asserts nothing about time.</summary>
    private const int HangMs = 60_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly string _conf;

    public ServerProcessTests() => _conf = _directory.Write("icomet.conf", Conf);

    private const string Conf =
        "pidfile = ./x.pid\nlogger:\n\toutput: ./x.log\nadmin:\n\tlisten: 127.0.0.1:0\n"
        + "front:\n\tlisten: 127.0.0.1:0\n\tmax_channels: 100\n\tmax_subscribers_per_channel: 16\n"
        + "\tchannel_buffer_size: 10\n\tchannel_timeout: 30\n\tpolling_timeout: 30\n";

    public void Dispose()
    {
        // What a failed test left running.
        if (File.Exists(_directory.At("x.pid")))
        {
            Process.GetProcessById(Pid()).Kill();
        }

        _directory.Dispose();
    }

    [Fact(Timeout = HangMs)]
    public async Task A_server_says_where_it_listens_and_ends_when_asked()
    {
        using var server = Start(_conf);
        Assert.StartsWith("halley ", await ReadLine(server), StringComparison.Ordinal);
        Assert.StartsWith("subscribers come to 127.0.0.1:", await ReadLine(server), StringComparison.Ordinal);
        Assert.Matches("curl \"http://127.0.0.1:\\d+/sub\\?cname=12&seq=1\"", await ReadLine(server));
        Assert.Matches("curl \"http://127.0.0.1:\\d+/push\\?cname=12&content=hi\"", await ReadLine(server));
        Assert.Equal(server.Id, Pid());
        Assert.True(new LinuxProcesses().Terminate(server.Id));
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.ExitCode);
        Assert.False(File.Exists(_directory.At("x.pid")));
        Assert.Contains(
            "SIGTERM: ending",
            await File.ReadAllTextAsync(_directory.At("x.log"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = HangMs)]
    public async Task A_daemon_is_started_restarted_and_stopped()
    {
        Assert.Equal(0, (await Run("-d", _conf)).Status);
        var first = Pid();

        Assert.Equal(0, (await Run(_conf, "-d", "-s", "restart")).Status);
        var second = Pid();
        Assert.NotEqual(first, second);
        Assert.False(new LinuxProcesses().IsAlive(first));
        Assert.True(new LinuxProcesses().IsAlive(second));

        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
        Assert.False(new LinuxProcesses().IsAlive(second));
        Assert.False(File.Exists(_directory.At("x.pid")));
        Assert.Equal(1, (await Run(_conf, "-s", "stop")).Status);
    }

    [Fact(Timeout = HangMs)]
    public async Task The_successor_of_a_daemon_is_one_and_has_its_options()
    {
        Assert.Equal(
            0,
            (await Run("-d", _conf, "--set", "front.max_channels=77", "--set", "admin.deny=10.0.0.1,10.0.0.2")).Status);
        var first = Pid();
        var (status, output, error) = await Run(_conf, "-s", "restart");
        Assert.Equal((0, ""), (status, error));
        Assert.Contains(
            "halley: as before: --set front.max_channels=77 --set admin.deny=10.0.0.1 --set admin.deny=10.0.0.2\n",
            output,
            StringComparison.Ordinal);
        var second = Pid();
        Assert.NotEqual(first, second);
        var arguments = new LinuxProcesses().ArgumentsOf(second);

        Assert.Equal(0, (await Run(_conf, "-s", "restart", "--set", "front.max_channels=78")).Status);
        Assert.DoesNotContain("admin.deny=10.0.0.1", new LinuxProcesses().ArgumentsOf(Pid()));
        Assert.Contains("admin.deny=10.0.0.2", arguments);
        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
    }

    [Fact(Timeout = HangMs)]
    public async Task A_restart_that_would_fail_leaves_the_server_as_it_is()
    {
        Assert.Equal(0, (await Run("-d", _conf)).Status);
        var pid = Pid();
        Assert.Equal(1, (await Run(_conf, "-s", "restart", "--set", "front.max_channels=none")).Status);
        Assert.True(new LinuxProcesses().IsAlive(pid));
        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
    }

    [Fact(Timeout = HangMs)]
    public async Task A_daemon_keeps_nothing_of_what_started_it()
    {
        // A script holds a lock, ignores signals under nohup, and blocks one.
        var script = $"exec 9>{_directory.At("lock")}; trap '' INT HUP; exec \"$0\" \"$@\"";
        Assert.Equal(0, (await Run("sh", ["-c", script, Halley, "-d", _conf, "--workers", "1"])).Status);
        var pid = Pid();
        var stat = await File.ReadAllTextAsync($"/proc/{pid}/stat", TestContext.Current.CancellationToken);

        // Behind the name in parentheses: state, parent, group, session, terminal.
        Assert.Equal([$"{pid}", "0"], stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3..5]);
        var worker = int.Parse((await Run("pgrep", ["-P", $"{pid}"])).Output, CultureInfo.InvariantCulture);
        foreach (var process in (int[])[pid, worker])
        {
            var open = new DirectoryInfo($"/proc/{process}/fd").GetFiles().ToDictionary(
                file => file.Name, file => file.LinkTarget);
            Assert.All((string[])["0", "1", "2"], standard => Assert.Equal("/dev/null", open[standard]));
            Assert.DoesNotContain(_directory.At("lock"), open.Values);
            Assert.Equal("/", new FileInfo($"/proc/{process}/cwd").LinkTarget);
        }

        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
    }

    [Theory(Timeout = HangMs)]
    [InlineData]
    [InlineData("-d")]
    public async Task Whoever_ignores_or_blocks_signals_starts_a_server_that_hears_them(params string[] mode)
    {
        const string Deaf =
            "import os, signal, sys; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 3, 10, 15, 17)]; "
            + "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); os.execv(sys.argv[1], sys.argv[1:])";
        using var server = Start("python3", ["-c", Deaf, Halley, _conf, "--workers", "1", .. mode]);
        var said = server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(_directory.At("x.pid"))
            || !File.ReadAllText(_directory.At("x.log")).Contains("serves", StringComparison.Ordinal))
        {
            Assert.False(server.HasExited && server.ExitCode != 0);
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        await Send("HUP", "SIGHUP: the log");
        await Send("USR1", "SIGUSR1: the log");
        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
        await said;
    }

    [Fact(Timeout = HangMs)]
    public async Task A_process_that_was_only_given_the_daemons_environment_is_none()
    {
        using var server = Start("sh", ["-c", "_HALLEY_IS_DAEMON=1 exec \"$0\" \"$@\"", Halley, _conf]);
        Assert.StartsWith("halley ", await ReadLine(server), StringComparison.Ordinal);
        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
        Assert.DoesNotContain(
            "\u0006",
            await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = HangMs)]
    public async Task Stop_signals_nobody_who_only_calls_himself_halley()
    {
        using var sleeper = Start("bash", ["-c", "echo; exec -a halley sleep 1000"]);
        try
        {
            await ReadLine(sleeper);
            _directory.Write("x.pid", $"{sleeper.Id}");
            Assert.Equal(1, (await Run(_conf, "-s", "stop")).Status);
            Assert.False(sleeper.HasExited);
        }
        finally
        {
            File.Delete(_directory.At("x.pid"));
            sleeper.Kill();
        }
    }

    [Fact(Timeout = HangMs)]
    public async Task A_server_in_the_foreground_says_what_to_try_and_that_works()
    {
        using var server = Start(
            "--front", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--set", "front.auth=token",
            "--set", "engine.workers=1", "--set", $"pidfile={_directory.At("x.pid")}");
        await ReadGreeting(server);
        var (token, subscribe, publish) = (await ReadLine(server), await ReadLine(server), await ReadLine(server));
        var told = Run("sh", ["-c", $"{token}\n{subscribe}"]);
        Assert.Contains("\"ok\"", (await Run("sh", ["-c", publish!])).Output, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"hi\"", (await told).Output, StringComparison.Ordinal);
        Assert.True(new LinuxProcesses().Terminate(server.Id));
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = HangMs)]
    [InlineData(
        "publisher", "/pub", "channels_path\": \"$arg_id", "long-polling", "~ ^/sub/(.*)$", "channels_path\": \"$1")]
    [InlineData(
        "nchan_pubsub", "~ ^/pubsub/(\\\\w+)$", "nchan_channel_id\": \"$1",
        "nchan_subscriber", "= /listen", "nchan_channel_id\": \"$arg_name")]
    public async Task Listeners_alone_say_what_to_try_and_that_works(
        string publisher, string pub, string pubId, string subscriber, string sub, string subId)
    {
        var conf = _directory.Write("own.json", $$"""
            { "pidfile": "x.pid", "front": { "listen": "off" }, "admin": { "listen": "off" }, "listeners": [ {
              "listen": "127.0.0.1:0", "endpoints": [ { "location": "{{sub}}", "kind": "{{subscriber}}", "{{subId}}" },
              { "location": "{{pub}}", "kind": "{{publisher}}", "{{pubId}}" } ] } ] }
            """);
        using var server = Start(conf);
        await ReadGreeting(server);
        var (subscribe, publish) = (await ReadLine(server), await ReadLine(server));
        using var told = Start("sh", ["-c", subscribe!.Trim()]);
        var heard = new char[2];
        var first = told.StandardOutput.ReadBlockAsync(heard, TestContext.Current.CancellationToken).AsTask();
        while (!first.IsCompleted)
        {
            await Run("sh", ["-c", publish!]);
        }

        Assert.Equal("hi", new string(heard));
        told.Kill();
        Assert.Equal(0, (await Run(conf, "-s", "stop")).Status);
    }

    [Fact(Timeout = HangMs)]
    public async Task A_second_server_is_refused_by_the_pidfile()
    {
        Assert.Equal(0, (await Run("-d", _conf)).Status);
        var pid = Pid();
        foreach (var arguments in (string[][])[[_conf], ["-d", _conf]])
        {
            var (status, _, error) = await Run(arguments);
            Assert.Equal(1, status);
            Assert.StartsWith($"halley: already running as process {pid}", error, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
    }

    [Fact(Timeout = HangMs)]
    public async Task A_daemon_that_cannot_start_says_why()
    {
        var (status, output, error) = await Run("-d", _conf, "--set", $"logger.output={_conf}/x.log");
        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith(
            $"halley: logger.output: {_conf}/x.log cannot be written",
            Assert.Single(error.TrimEnd().Split('\n')),
            StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.At("x.pid")));
    }

    [Fact(Timeout = HangMs)]
    public async Task SIGHUP_ends_nothing_and_opens_the_log_again()
    {
        Assert.Equal(0, (await Run("-d", _conf)).Status);
        await Send("HUP", "SIGHUP");
        Assert.True(new LinuxProcesses().IsAlive(Pid()));
        Assert.Equal(0, (await Run(_conf, "-s", "stop")).Status);
    }

    [Theory(Timeout = HangMs)]
    [InlineData("1>/dev/full")]
    [InlineData("2>/dev/full")]
    public async Task Outputs_that_are_full_change_neither_what_is_served_nor_the_status(string outputs)
    {
        var script = $"exec \"$0\" \"$@\" {outputs}";
        Assert.Equal(0, (await Run("sh", ["-c", script, Halley, "-d", _conf])).Status);
        Assert.Equal(1, (await Run("sh", ["-c", script, Halley, _conf])).Status);
        Assert.Equal(0, (await Run("sh", ["-c", script, Halley, _conf, "-s", "stop"])).Status);
    }

    [Theory(Timeout = HangMs)]
    [InlineData]
    [InlineData("-d")]
    public async Task A_port_in_use_is_one_line_and_status_1(params string[] mode)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (status, output, error) = await Run([_conf, "--front", $"{other.LocalEndpoint}", .. mode]);
        Assert.Equal((1, ""), (status, output));
        Assert.Contains($"{other.LocalEndpoint}", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.At("x.pid")));
    }

    private int Pid() => int.Parse(File.ReadAllText(_directory.At("x.pid")), CultureInfo.InvariantCulture);

    private static string Halley => Path.Combine(AppContext.BaseDirectory, "halley");

    /// <summary>Sends the server a signal, and waits until its log says so.</summary>
    private async Task Send(string signal, string said)
    {
        Assert.Equal(0, (await Run("kill", [$"-{signal}", $"{Pid()}"])).Status);
        while (!(await ReadShared(_directory.At("x.log"))).Contains(said, StringComparison.Ordinal))
        {
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static Process Start(params string[] arguments) => Start(Halley, arguments);

    private static Process Start(string program, IReadOnlyList<string> arguments) => Process.Start(
        new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static Task<(int Status, string Output, string Error)> Run(params string[] arguments) =>
        Run(Halley, arguments);

    private static async Task<(int Status, string Output, string Error)> Run(
        string program, IReadOnlyList<string> arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    // Lines of the log may stand before it, and none within.
    private static async Task ReadGreeting(Process process)
    {
        string? line;
        do
        {
            line = await ReadLine(process);
            Assert.NotNull(line);
        }
        while (!line.EndsWith("Try, in two terminals:", StringComparison.Ordinal));
    }

    private static async Task<string?> ReadLine(Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

    private static async Task<string> ReadShared(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
