using System.Globalization;
using System.Text.Json;
using Halley.Testing;

namespace Halley.EndToEnd.Tests;

/// <summary>halley bench, as its users run it, against a server that runs.</summary>
public sealed class Bench
{
    private const int Subscribers = 400;

    private static readonly ICometConf ForMany = new();

    [Theory]
    [InlineData("stream")]
    [InlineData("sse")]
    [InlineData("poll")]
    public async Task Every_message_to_every_subscriber_is_accounted_for(string transport)
    {
        await using var server = await ICometServer.StartAsync(ForMany);
        await using var bench = Run(
            server,
            "--transport",
            transport,
            "--clients",
            "2",
            "--messages",
            "500",
            "--broadcasts",
            "1",
            "--drop",
            "20%",
            "--missed",
            "100");

        Assert.True(await bench.UntilExitAsync() == 0, bench.Output + bench.Errors);
        var result = Read(bench.Output);
        Assert.Equal(Subscribers, result.Figure("subscriptions held"));
        Assert.Equal(Subscribers + 500 + 100 + 100, result.Figure("delivered in all"));
        Assert.Equal(1, result.Figure("delivery ratio"));
        Assert.Equal(2, result.Figure("client processes"));
        Assert.Equal(100, result.Figure("delivered of those"));
        Assert.All(
            ["lost", "duplicated", "outOfOrder", "damaged", "ended"], name => Assert.Equal(0, result.Error(name)));
    }

    [Fact]
    public async Task What_the_server_does_not_deliver_is_counted_exactly_and_ends_with_2()
    {
        // A channel keeps 10 messages, up to half as many more, and 50 are missed on the only one: nobody can resume to
        // all of them.
        await using var server = await ICometServer.StartAsync(ForMany with { MaxSubscribersPerChannel = Subscribers });
        await using var bench = Run(
            server,
            "--clients",
            "2",
            "--channels",
            "one",
            "--messages",
            "5",
            "--drop",
            "50%",
            "--missed",
            "50",
            "--patience",
            "1");

        Assert.True(await bench.UntilExitAsync() == 2, bench.Output + bench.Errors);
        var result = Read(bench.Output);
        Assert.Equal(result.Figure("due in all") - result.Figure("delivered in all"), result.Error("lost"));
        var lostByEach = result.Error("lost") / result.Figure("subscribers that left and came back");
        Assert.InRange(lostByEach, 35, 40);
        Assert.Equal(Math.Floor(lostByEach), lostByEach);
    }

    [Fact]
    public async Task A_server_that_dies_meanwhile_is_reported_and_ends_it_with_2()
    {
        await using var server = await ICometServer.StartAsync(ForMany);
        await using var bench = Run(server, "--clients", "2", "--rate", "100", "--seconds", "25");
        await UntilAsync(bench, "publishing");
        await server.Process.KillAsync();

        Assert.True(await bench.UntilExitAsync() == 2, bench.Output + bench.Errors);
        Assert.Equal(Subscribers, Read(bench.Output).Error("ended"));
        Assert.Matches("(?m)^halley: (The server closed a publisher's connection|Nothing listens on)", bench.Errors);
    }

    /// <summary>
    /// A million in small, with fewer descriptors than a process usually may open: benchmarks/results has the whole.
    /// </summary>
    [Fact]
    public async Task Fifty_thousand_are_held_by_workers_and_told_everything_also_what_they_miss_while_away()
    {
        const int Held = 50_000;
        const int Messages = 5_000;
        var conf = new ICometConf { MaxChannels = Held, ChannelTimeout = 600, PollingTimeout = 600 };
        await using var server = await ICometServer.StartAsync(conf, "--workers", "4");
        await using var bench = Start(
            server, "--children", "--subscribers", $"{Held}", "--broadcasts", "1", "--messages", $"{Messages}",
            "--drop", "20%", "--missed", $"{Messages}", "--patience", "60");

        Assert.True(await bench.UntilExitAsync(TimeSpan.FromMinutes(10)) == 0, bench.Output + bench.Errors);
        var result = Read(bench.Output);
        Assert.Equal(Held, result.Figure("subscriptions held"));
        Assert.Equal(Held + (3 * Messages), result.Figure("delivered in all"));
        Assert.Equal(Messages, result.Figure("delivered of those"));
        Assert.InRange(result.Figure("subscribers that left and came back"), Held / 5, Held / 5 * 1.01);
        Assert.All(
            ["lost", "duplicated", "outOfOrder", "damaged", "ended"], name => Assert.Equal(0, result.Error(name)));
    }

    [Fact]
    public async Task Where_no_server_is_it_says_so_and_ends_with_1()
    {
        await using var server = ICometServer.Prepare(ForMany);
        await using var bench = ServerProcess.Start(
            Path.GetTempPath(), ["bench", "--front", $"{server.Front}", "--admin", $"{server.Admin}"]);

        Assert.Equal(1, await bench.UntilExitAsync());
        Assert.Contains(
            $"halley: Nothing listens on {server.Admin}: start the server first, or say where it is",
            bench.Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_too_few_descriptors_is_refused_before_it_is_hurt()
    {
        await using var server = await ICometServer.StartAsync(ForMany, descriptors: 300);
        await using var bench = Run(server);

        Assert.Equal(1, await bench.UntilExitAsync());
        Assert.Contains(
            "The server's process may open 300 descriptors, and 400 subscribers are asked for: raise its limit",
            bench.Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_single_measures_and_their_table_are_there()
    {
        await using var server = await ICometServer.StartAsync(ForMany with { MaxSubscribersPerChannel = Subscribers });
        await using var fanout = Start(server, "fanout", "--subscribers", "100", "--messages", "5", "--warm-up", "1");
        await using var push = Start(server, "push", "--channels", "50", "--pushes", "500", "--subscribers", "1");
        await using var hold = Start(server, "hold", "--sizes", "50", "100", "--warm-up", "30");
        var lines = Path.Combine(server.Folder, "lines");
        foreach (var process in (ServerProcess[])[fanout, push, hold])
        {
            Assert.True(await process.UntilExitAsync() == 0, process.Output + process.Errors);
            await File.AppendAllTextAsync(lines, process.Output, TestContext.Current.CancellationToken);
        }

        await using var table = ServerProcess.Start(Path.GetTempPath(), ["bench", "table", lines]);
        Assert.Equal(0, await table.UntilExitAsync());
        Assert.Contains("| CPU per delivery, µs | halley |", table.Output, StringComparison.Ordinal);
        Assert.Contains("| CPU per push, µs | halley |", table.Output, StringComparison.Ordinal);
        Assert.Contains("| memory per connection, B | halley |", table.Output, StringComparison.Ordinal);
    }

    private static ServerProcess Run(ICometServer server, params string[] more) =>
        Start(server, ["--subscribers", Subscribers.ToString(CultureInfo.InvariantCulture), .. more]);

    private static ServerProcess Start(ICometServer server, params string[] words) => ServerProcess.Start(
        Path.GetTempPath(),
        [
            "bench", .. words, "--front", $"{server.Front}", "--admin", $"{server.Admin}", "--pid",
            $"{server.Process.Id}", "--json",
        ]);

    private static async Task UntilAsync(ServerProcess process, string said)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!process.Errors.Contains(said, StringComparison.Ordinal))
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static Result Read(string line) => new(JsonDocument.Parse(line).RootElement);

    private readonly record struct Result(JsonElement Root)
    {
        public double Figure(string name) => Root.GetProperty("figures").GetProperty(name)[0].GetDouble();

        public double Error(string name) => Root.GetProperty("errors").GetProperty(name).GetDouble();
    }
}
