using System.CommandLine;
using Halley.Load.Processes;

namespace Halley.Server.Commands.Bench;

/// <summary>
/// <c>halley bench</c>: loads a push server, ours or another, checks every message, and measures the server's
/// processes.
/// </summary>
internal static class BenchCommand
{
    /// <summary>
    /// The word with which this program calls itself: a process that holds a share of the subscribers.
    /// </summary>
    public const string ClientWord = "client";

    public static Command Create()
    {
        var bench = new Command(
            "bench",
            "Load a push server, check every message, and say what each connection and message cost it; status 0: "
                + "all is well, 2: messages were lost, repeated or out of order, 1: it could not run");
        new BenchRunCommand().AddTo(bench);
        var run = new Command(
            "run",
            "Hold subscribers, publish to them, let some leave and come back; "
                + "what halley bench does when nothing else is said");
        new BenchRunCommand().AddTo(run);
        bench.Subcommands.Add(run);
        bench.Subcommands.Add(BenchHoldCommand.Create());
        bench.Subcommands.Add(BenchFanoutCommand.Create());
        bench.Subcommands.Add(BenchPushCommand.Create());
        bench.Subcommands.Add(BenchTableCommand.Create());
        bench.Subcommands.Add(BenchPlotCommand.Create());
        var client = new Command(ClientWord) { Hidden = true };
        client.SetAction(_ => ClientLoop.Run());
        bench.Subcommands.Add(client);
        return bench;
    }
}
