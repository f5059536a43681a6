using System.CommandLine;
using Halley.Load;
using Halley.Load.Measures;

namespace Halley.Server.Commands.Bench;

/// <summary><c>halley bench hold</c>: memory of a held subscription, CPU to accept and park it.</summary>
internal static class BenchHoldCommand
{
    public static Command Create()
    {
        Option<string> channels = new("--channels")
        {
            Description = "A channel for each, or one for all",
            HelpName = "own|one",
            DefaultValueFactory = _ => "own",
        };
        Option<int[]> sizes = new("--sizes")
        {
            Description = "The two numbers of subscribers between which memory is compared",
            HelpName = "FEW MANY",
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(2, 2),
            DefaultValueFactory = _ => [5_000, 18_000],
        };
        Option<int> warmUp = new("--warm-up")
        {
            Description = "Subscribers opened and closed before it counts",
            HelpName = "N",
            DefaultValueFactory = _ => 4_500,
        };
        Option<bool> browser = new("--browser") { Description = "Send some 700 bytes of headers, as a browser does" };
        Option<int> rounds =
            new("--rounds") { Description = "How often to measure", HelpName = "N", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "hold", "Hold subscribers in one client process: memory of each, CPU to accept and park it");
        new BenchTarget().AddTo(command, [channels, sizes, warmUp, browser, rounds], (parsed, target) =>
        {
            var (few, many) = (parsed.GetRequiredValue(sizes)[0], parsed.GetRequiredValue(sizes)[1]);
            if (few < 1 || many <= few)
            {
                throw new LoadException(
                    $"--sizes is {few} {many}; it wants two numbers, the second larger, such as 5000 18000");
            }

            var isOneChannel = parsed.GetValue(channels) switch
            {
                "own" => false,
                "one" => true,
                var other => throw new LoadException($"--channels is \"{other}\"; it wants own or one"),
            };
            Preflight.ClientsFor(many, asked: 1, isLoopback: true, Preflight.ReadDescriptorLimit());
            Preflight.CheckServer(target.Server, many);
            var measured = target with
            {
                Rounds = BenchTarget.AtLeast(parsed, rounds, 1),
                Subscribers = target.Subscribers with { HasBrowserHeaders = parsed.GetValue(browser) },
            };
            return (new HoldMeasure(measured, isOneChannel, few, many, parsed.GetValue(warmUp)).Run(), null);
        });
        return command;
    }
}
