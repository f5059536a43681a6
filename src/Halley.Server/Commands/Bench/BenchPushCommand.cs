using System.CommandLine;
using Halley.Load;
using Halley.Load.Measures;

namespace Halley.Server.Commands.Bench;

/// <summary><c>halley bench push</c>: what a publication costs.</summary>
internal static class BenchPushCommand
{
    public static Command Create()
    {
        Option<int> pushes = new("--pushes")
        {
            Description = "Published in each round",
            HelpName = "M",
            DefaultValueFactory = _ => 100_000,
        };
        Option<int> connections =
            new("--connections") { Description = "Publishers at once", HelpName = "N", DefaultValueFactory = _ => 16 };
        Option<int> channels = new("--channels")
        {
            Description = "Channels they publish to in turn",
            HelpName = "K",
            DefaultValueFactory = _ => 10_000,
        };
        Option<int> subscribers =
            new("--subscribers") { Description = "Subscribers of each channel: 0 or 1", HelpName = "0|1" };
        Option<int> rounds =
            new("--rounds") { Description = "How often to measure", HelpName = "N", DefaultValueFactory = _ => 1 };
        var command = new Command("push", "Publish to many channels, from one client process: CPU of each publication");
        new BenchTarget().AddTo(command, [pushes, connections, channels, subscribers, rounds], (parsed, target) =>
        {
            var each = parsed.GetValue(subscribers) is var value and (0 or 1)
                ? value
                : throw new LoadException($"--subscribers is {parsed.GetValue(subscribers)}; it wants 0 or 1");
            var many = BenchTarget.AtLeast(parsed, channels, 1);
            Preflight.ClientsFor(Math.Max(1, each * many), asked: 1, isLoopback: true, Preflight.ReadDescriptorLimit());
            Preflight.CheckServer(target.Server, each * many);
            var measured = target with { Rounds = BenchTarget.AtLeast(parsed, rounds, 1) };
            var measure = new PushMeasure(
                measured,
                BenchTarget.AtLeast(parsed, pushes, 1),
                Math.Min(many, BenchTarget.AtLeast(parsed, connections, 1)),
                many,
                each);
            return (measure.Run(), null);
        });
        return command;
    }
}
