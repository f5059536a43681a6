using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>The command line: -d, -s, the pidfile and what the exit status says.</summary>
public sealed class CommandLine
{
    private static readonly ICometConf WithPidfile = new() { Edit = text => "pidfile = ./halley.pid\n" + text };

    [Theory]
    [InlineData("-h")]
    [InlineData("-v")]
    public async Task Asking_about_it_starts_nothing(string option)
    {
        await using var process = ServerProcess.Start(Path.GetTempPath(), [option]);

        Assert.Equal(0, await process.UntilExitAsync());
        Assert.NotEqual("", process.Output);
    }

    [Theory]
    [InlineData("-s", "reload")]
    [InlineData("-s")]
    public async Task A_word_it_does_not_know_ends_it_with_1(params string[] words)
    {
        await using var server = ICometServer.Prepare(WithPidfile);
        await using var process = server.Run(words);

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.NotEqual("", process.Output + process.Errors);
    }

    [Fact]
    public async Task A_file_that_is_not_there_ends_it_with_1()
    {
        await using var process = ServerProcess.Start(
            Path.GetTempPath(), HalleyCommand.ArgumentsFor("/nowhere/icomet.conf", []));

        Assert.Equal(1, await process.UntilExitAsync());
        Assert.NotEqual("", process.Errors);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task The_pidfile_says_who_runs_and_goes_when_it_ends(PosixSignal signal)
    {
        await using var server = await ICometServer.StartAsync(WithPidfile);
        Assert.Equal(server.Process.Id, ReadPid(server));

        server.Process.Signal(signal);
        await server.Process.UntilExitAsync();

        Assert.False(File.Exists(PidPath(server)));
    }

    [Fact]
    public async Task It_does_not_start_twice()
    {
        await using var server = await ICometServer.StartAsync(WithPidfile);
        await using var second = server.Run();

        Assert.Equal(1, await second.UntilExitAsync());
        Assert.NotEqual("", second.Output + second.Errors);
        Assert.Equal(server.Process.Id, ReadPid(server));
        Assert.False(server.Process.HasExited);
    }

    [Fact]
    public async Task Stop_ends_the_server_the_pidfile_names()
    {
        await using var server = await ICometServer.StartAsync(WithPidfile);
        await using var stop = server.Run("-s", "stop");

        Assert.Equal(0, await stop.UntilExitAsync());
        await server.Process.UntilExitAsync();
        Assert.False(File.Exists(PidPath(server)));
    }

    [Fact]
    public async Task Stop_without_a_pidfile_has_nothing_to_stop()
    {
        await using var server = ICometServer.Prepare(WithPidfile);
        await using var stop = server.Run("-s", "stop");

        Assert.Equal(1, await stop.UntilExitAsync());
    }

    [Fact]
    public async Task Stop_clears_away_the_pidfile_of_a_server_that_died()
    {
        await using var server = await ICometServer.StartAsync(WithPidfile);
        await server.Process.KillAsync();
        await using var stop = server.Run("-s", "stop");

        Assert.Equal(0, await stop.UntilExitAsync());
        Assert.False(File.Exists(PidPath(server)));
    }

    [Fact]
    public async Task In_the_background_it_starts_restarts_and_stops()
    {
        await using var server = ICometServer.Prepare(WithPidfile);
        try
        {
            Assert.Equal(0, await RunAsync(server, "-d"));
            var first = await UntilPidAsync(server, other: 0);
            await UntilAnsweringAsync(server);

            Assert.Equal(0, await RunAsync(server, "-d", "-s", "restart"));
            var second = await UntilPidAsync(server, other: first);
            await UntilAnsweringAsync(server);
            Assert.NotEqual(first, second);

            Assert.Equal(0, await RunAsync(server, "-s", "stop"));
            Assert.False(File.Exists(PidPath(server)));
            await UntilGoneAsync(second);
        }
        finally
        {
            if (File.Exists(PidPath(server)))
            {
                ServerProcess.Signal(ReadPid(server), PosixSignal.SIGTERM);
            }
        }
    }

    [Fact]
    public async Task Restart_without_a_server_just_starts()
    {
        await using var server = ICometServer.Prepare(WithPidfile);
        server.Start("-s", "restart");
        await server.UntilListeningAsync();

        Assert.Equal(server.Process.Id, ReadPid(server));
    }

    private static string PidPath(ICometServer server) => Path.Combine(server.Folder, "halley.pid");

    private static int ReadPid(ICometServer server) =>
        int.Parse(File.ReadAllText(PidPath(server)).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture);

    private static async Task<int> RunAsync(ICometServer server, params string[] more)
    {
        await using var process = server.Run(more);
        return await process.UntilExitAsync();
    }

    /// <summary>The pid in the file, once there is one that is not the other.</summary>
    private static async Task<int> UntilPidAsync(ICometServer server, int other)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!File.Exists(PidPath(server)) || new FileInfo(PidPath(server)).Length == 0 || ReadPid(server) == other)
        {
            await Task.Delay(10, patience.Token);
        }

        return ReadPid(server);
    }

    private static async Task UntilAnsweringAsync(ICometServer server)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!await ServerProcess.IsListeningAsync(server.Front))
        {
            await Task.Delay(10, patience.Token);
        }

        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    private static async Task UntilGoneAsync(int process)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (ServerProcess.IsRunning(process))
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
