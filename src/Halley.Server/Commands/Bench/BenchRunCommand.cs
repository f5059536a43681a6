using System.CommandLine;
using System.Globalization;
using Halley.Load;
using Halley.Load.Measures;
using Halley.Load.Reports;

namespace Halley.Server.Commands.Bench;

/// <summary>
/// <c>halley bench [run]</c>: many subscribers in many processes, publishing, leaving and coming back.
/// </summary>
internal sealed class BenchRunCommand
{
    private readonly BenchTarget _target = new() { NeedsPids = false };
    private readonly Option<int> _subscribers = Number("--subscribers", "N", "How many are held", 1000);
    private readonly Option<string> _channels = new("--channels")
    {
        Description = "A channel for each subscriber, one for all, or so many",
        HelpName = "own|one|K",
        DefaultValueFactory = _ => "own",
    };
    private readonly Option<string> _to = new("--to")
    {
        Description = "To which channel a message is published; all is one message to everybody where the server can",
        HelpName = "one|random|all",
        DefaultValueFactory = _ => "random",
    };
    private readonly Option<int> _messages = Number("--messages", "M", "How many are published", 1000);
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Publish so long, at --rate, instead of a number of messages",
        HelpName = "S",
    };
    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Messages published a second; 0: as fast as the server takes them",
        HelpName = "R",
    };
    private readonly Option<int> _broadcasts = Number(
        "--broadcasts", "M", "Messages to everybody, before the others", 0);
    private readonly Option<string> _drop = new("--drop")
    {
        Description = "How many of the subscribers leave and come back",
        HelpName = "P%",
        DefaultValueFactory = _ => "0%",
    };
    private readonly Option<bool> _noResume = new("--no-resume")
    {
        Description = "Who comes back does not say where it was, and is due nothing of what it missed",
    };
    private readonly Option<int> _missed = Number(
        "--missed", "M", "Messages published to those who are away, and again when they are back", 1000);
    private readonly Option<int> _publishers = Number(
        "--publishers", "N", "Connections that publish; a channel always uses the same", 16);
    private readonly Option<int> _clients = Number(
        "--clients", "P", "Client processes; 0: as many as the limit of descriptors needs", 0);

    private readonly Option<int> _patience = Number(
        "--patience", "S", "Seconds without any delivery after which what has not come is lost", 10);

    /// <summary>Makes a command run: <c>bench</c>, and <c>run</c> by name.</summary>
    public void AddTo(Command command) => _target.AddTo(
        command,
        [
            _subscribers, _channels, _to, _rate, _messages, _seconds, _broadcasts, _drop, _noResume, _missed,
            _publishers, _clients, _patience,
        ],
        (parsed, target) =>
        {
            var settings = Read(parsed);
            if (settings.Broadcasts > 0 && target.Publishers.Broadcast.Length == 0)
            {
                throw new LoadException(
                    "--broadcasts needs a URL that publishes to everybody: give --broadcast-url, or use --to all");
            }

            var run = new RunMeasure(
                target, settings, ClientCommand(), ProgressLine.On(parsed.InvocationConfiguration.Error));
            return (run.Run(), run.Error);
        });

    private static Option<int> Number(string name, string value, string description, int usual) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => usual };

    /// <summary>This program again. Run by the dotnet command, it is that command and our file.</summary>
    private static List<string> ClientCommand()
    {
        var program = Environment.ProcessPath ?? throw new LoadException(
            "The system does not say what program this is, so no client process can be started");
        List<string> words = [program];
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            words.Add(Environment.GetCommandLineArgs()[0]);
        }

        return [.. words, "bench", BenchCommand.ClientWord];
    }

    private RunSettings Read(ParseResult parsed)
    {
        var subscribers = BenchTarget.AtLeast(parsed, _subscribers, 1);
        var (rate, seconds) = (parsed.GetValue(_rate), parsed.GetValue(_seconds));
        if (seconds > 0 && rate <= 0)
        {
            throw new LoadException("--seconds needs --rate: how many messages a second");
        }

        return new RunSettings
        {
            Subscribers = subscribers,
            Channels = ReadChannels(parsed, subscribers),
            To = parsed.GetValue(_to) switch
            {
                "one" => Audience.One,
                "random" => Audience.Random,
                "all" => Audience.All,
                var other => throw new LoadException($"--to is \"{other}\"; it wants one, random or all"),
            },
            Messages = BenchTarget.AtLeast(parsed, _messages, 0),
            Seconds = seconds,
            Rate = rate >= 0 ? rate : throw new LoadException(
                $"--rate is {rate}; it wants messages a second, or 0 for as many as the server takes"),
            Broadcasts = BenchTarget.AtLeast(parsed, _broadcasts, 0),
            Drop = ReadShare(parsed.GetRequiredValue(_drop)),
            Resumes = !parsed.GetValue(_noResume),
            Missed = BenchTarget.AtLeast(parsed, _missed, 0),
            Publishers = BenchTarget.AtLeast(parsed, _publishers, 1),
            Clients = BenchTarget.AtLeast(parsed, _clients, 0),
            Patience = TimeSpan.FromSeconds(BenchTarget.AtLeast(parsed, _patience, 1)),
        };
    }

    private int ReadChannels(ParseResult parsed, int subscribers) => parsed.GetRequiredValue(_channels) switch
    {
        "own" => subscribers,
        "one" => 1,
        var word when int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var channels)
            && channels >= 1
            && channels <= subscribers => channels,
        var word => throw new LoadException(
            $"--channels is \"{word}\"; it wants own, one, or a number from 1 to that of the subscribers"),
    };

    private static double ReadShare(string word) =>
        double.TryParse(
            word.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0 and <= 100
            ? percent / 100
            : throw new LoadException($"--drop is \"{word}\"; it wants a share of the subscribers such as 20%");
}
