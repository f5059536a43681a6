using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Halley.Chaos;
using Halley.Chaos.Servers;
using Halley.Load.Reports;
using Halley.Server.Processes;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley chaos</c>: brings faults over a server, ours or another, and keeps the ledger of every message.
/// </summary>
internal sealed class ChaosCommand
{
    private readonly Option<string> _on = new("--on")
    {
        Description = "Which servers of its own it starts, one after another; all is every one of them for which what "
            + "it needs is here; nchan is an nginx with that module, to compare with",
        HelpName = "memory|disk|workers|redis|nchan|all,...",
        DefaultValueFactory = static _ => "all",
    };
    private readonly Option<string?> _front = new("--front")
    {
        Description = "Where subscribers come, of a server that runs already; only its connections fail",
        HelpName = "ADDR:PORT",
    };
    private readonly Option<string?> _admin = new("--admin")
    {
        Description = "Where publishers come. Default: where subscribers do",
        HelpName = "ADDR:PORT",
    };
    private readonly Option<string> _server = new("--server")
    {
        Description = $"What kind of server that is: {string.Join(", ", Subjects.Kinds)}; events is any with event "
            + "streams that have ids",
        HelpName = "NAME",
        DefaultValueFactory = static _ => "halley",
    };
    private readonly Option<string?> _subscribe = new("--subscribe")
    {
        Description = "Its path for subscribers, with {channel}, where it is not the usual one",
        HelpName = "PATH",
    };
    private readonly Option<string?> _publish = new("--publish")
    {
        Description = "Its path for publishers, with {channel}, and {message} unless that is posted",
        HelpName = "PATH",
    };
    private readonly Option<int?> _seed = Number(
        "--seed", "N", "What decides on the faults. Default: another each time");
    private readonly Option<int?> _seconds = Number(
        "--seconds", "S", "The least time for each server. Default: 30, where no other limit is given");
    private readonly Option<int?> _faults = Number("--faults", "N", "The least number of faults for each server");
    private readonly Option<long?> _deliveries = new("--deliveries")
    {
        Description = "The least number of deliveries for each server",
        HelpName = "N",
    };
    private readonly Option<int> _channels = Number("--channels", "N", "How many channels there are", 14);
    private readonly Option<int> _subscribers = Number("--subscribers", "N", "How many listen, by all transports", 140);
    private readonly Option<int> _publishers = Number("--publishers", "N", "How many publish, as fast as they can", 6);
    private readonly Option<string?> _only = new("--only")
    {
        Description = $"The faults that may happen: {string.Join(", ", FaultKinds.All.Select(FaultKinds.Word))}",
        HelpName = "FAULT,...",
    };
    private readonly Option<int> _patience = Number(
        "--patience", "S", "Seconds at the end for everybody to hear what is owed to them", 60);
    private readonly Option<bool> _json = new("--json") { Description = "Write a line of JSON for each server" };

    public static Command Create()
    {
        var command = new Command(
            "chaos",
            "Bring faults over a push server, and account for every message; status 0: each that was acknowledged was "
                + "heard once and in order, or who missed it was told; 1: not so");
        new ChaosCommand().AddTo(command);
        return command;
    }

    private static Option<int?> Number(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static Option<int> Number(string name, string value, string description, int usual) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => usual };

    private void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [
                _on, _front, _admin, _server, _subscribe, _publish, _seed, _seconds, _faults, _deliveries, _channels,
                _subscribers, _publishers, _only, _patience, _json,
            ])
        {
            command.Options.Add(option);
        }

        command.SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancelled)
    {
        var console = parsed.InvocationConfiguration;
        var settings = Read(parsed);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            // The ledger is closed first.
            context.Cancel = true;
            stopping.Cancel();
        });
        var isClean = true;
        var progress = ProgressLine.On(console.Error);
        foreach (var (words, run) in Runs(parsed, settings, progress))
        {
            var report = await run(stopping.Token);
            progress.End();
            if (parsed.GetValue(_json))
            {
                console.Output.WriteLine(report.ToJson());
            }
            else
            {
                report.Write(console.Output);
            }

            if (!report.Totals.IsClean)
            {
                isClean = false;
                console.Error.WriteLine($"halley: to repeat: halley chaos {words} {settings.Words()}");
            }

            if (stopping.IsCancellationRequested)
            {
                break;
            }
        }

        return isClean ? 0 : 1;
    }

    private IEnumerable<(string Words, Func<CancellationToken, Task<ChaosReport>> Run)> Runs(
        ParseResult parsed, ChaosSettings settings, ProgressLine progress)
    {
        if (parsed.GetValue(_front) is { } address)
        {
            var (front, kind) = (AddressOf("--front", address), parsed.GetRequiredValue(_server));
            var admin = parsed.GetValue(_admin) is { } other ? AddressOf("--admin", other) : front;
            yield return ($"--server {kind} --front {front} --admin {admin}", cancelled => Subjects.RunOverAsync(
                kind,
                front,
                admin,
                parsed.GetValue(_subscribe),
                parsed.GetValue(_publish),
                settings,
                Progress(kind, progress),
                cancelled));
            yield break;
        }

        var program = ThisProgram.With();
        foreach (var word in Servers(parsed.GetRequiredValue(_on)))
        {
            yield return ($"--on {word}", cancelled => word == "nchan"
                ? Subjects.RunNchanAsync(settings, Progress(word, progress), cancelled)
                : Subjects.RunOwnAsync(
                    Enum.Parse<OwnKind>(word, ignoreCase: true),
                    [program.FileName, .. program.ArgumentList],
                    settings,
                    Progress(word, progress),
                    cancelled));
        }
    }

    private static IEnumerable<string> Servers(string words)
    {
        string[] own = [.. Enum.GetNames<OwnKind>().Select(static name => name.ToLowerInvariant())];
        if (words == "all")
        {
            return own.Where(static word => word != "redis" || Subjects.HasRedis);
        }

        var chosen = words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(chosen, word => word != "nchan" && !own.Contains(word)) is { } wrong
            ? throw new ChaosException($"--on has \"{wrong}\"; it wants {string.Join(", ", own)}, nchan, or all")
            : chosen;
    }

    private static Action<string> Progress(string server, ProgressLine line) => words =>
    {
        if (line.IsDue)
        {
            line.Say($"{server}: {words}");
        }
    };

    private static IPEndPoint AddressOf(string option, string word) =>
        IPEndPoint.TryParse(word, out var address) && address.Port > 0
            ? address
            : throw new ChaosException(
                $"{option} is \"{word}\"; it wants an address and a port, such as 127.0.0.1:8100");

    private ChaosSettings Read(ParseResult parsed)
    {
        var (seconds, faults, deliveries) = (
            parsed.GetValue(_seconds), parsed.GetValue(_faults), parsed.GetValue(_deliveries));
        if (seconds is null && faults is null && deliveries is null)
        {
            seconds = 30;
        }

        return new ChaosSettings
        {
            Seed = parsed.GetValue(_seed) ?? Random.Shared.Next(1, 1_000_000),
            Seconds = seconds is { } time ? TimeSpan.FromSeconds(AtLeastOne("--seconds", time)) : null,
            Faults = faults is { } count ? AtLeastOne("--faults", count) : null,
            Deliveries = deliveries,
            Channels = AtLeastOne("--channels", parsed.GetValue(_channels)),
            Subscribers = AtLeastOne("--subscribers", parsed.GetValue(_subscribers)),
            Publishers = AtLeastOne("--publishers", parsed.GetValue(_publishers)),
            Patience = TimeSpan.FromSeconds(AtLeastOne("--patience", parsed.GetValue(_patience))),
            Only = parsed.GetValue(_only)?.Split(',', StringSplitOptions.TrimEntries)
                .Select(FaultKinds.Parse)
                .ToArray(),
        };
    }

    private static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw new ChaosException(
            string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it wants at least 1"));
}
