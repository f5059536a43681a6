using System.CommandLine;
using Halley.Load.Measures;

namespace Halley.Server.Commands.Bench;

/// <summary><c>halley bench fanout</c>: what a delivered message costs.</summary>
internal static class BenchFanoutCommand
{
    public static Command Create()
    {
        Option<int> subscribers =
            new("--subscribers") { Description = "How many", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        Option<int> messages = new("--messages")
        {
            Description = "Published in each round",
            HelpName = "M",
            DefaultValueFactory = _ => 50,
        };
        Option<int> warmUp = new("--warm-up")
        {
            Description = "Messages published before it counts",
            HelpName = "M",
            DefaultValueFactory = _ => 20,
        };
        Option<int> rounds =
            new("--rounds") { Description = "How often to measure", HelpName = "N", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "fanout",
            "Publish to many subscribers of one channel, from one client process: CPU and time of each delivery");
        new BenchTarget().AddTo(command, [subscribers, messages, warmUp, rounds], (parsed, target) =>
        {
            var many = BenchTarget.AtLeast(parsed, subscribers, 1);
            Preflight.ClientsFor(many, asked: 1, isLoopback: true, Preflight.ReadDescriptorLimit());
            Preflight.CheckServer(target.Server, many);
            var measured = target with { Rounds = BenchTarget.AtLeast(parsed, rounds, 1) };
            return (
                new FanoutMeasure(
                    measured, many, BenchTarget.AtLeast(parsed, messages, 1), BenchTarget.AtLeast(parsed, warmUp, 0))
                    .Run(), null);
        });
        return command;
    }
}
