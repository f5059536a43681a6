using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Halley.Chaos;
using Halley.Engine;
using Halley.Load;
using Halley.Server.Commands.Bench;
using Halley.Server.Configuration;
using Halley.Server.Processes;
using Halley.Server.Workers;

namespace Halley.Server.Commands;

/// <summary>The whole command line.</summary>
internal static class HalleyCommand
{
    private const string Usage =
        "usage: halley [serve] [CONF] [-d] [-s start|stop|restart|reload], or halley push, sub, explain, nodes, "
            + "router, bench, chaos, doctor, import, token, check, version; halley help says more";

    /// <summary>
    /// Texts and channel names are pushed as typed: a word that begins with @ is no file of further arguments.
    /// </summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <returns>The exit status: 0, or 1 with one line on the error output.</returns>
    public static async Task<int> Run(string[] arguments, InvocationConfiguration console)
    {
        // Signals and errors are answered here, in our own words.
        console.EnableDefaultExceptionHandler = false;
        console.ProcessTerminationTimeout = null;
        var parsed = Create().Parse(arguments, Parsing);
        try
        {
            if (!IsQuestion(parsed) && Mistakes.In(parsed) is { Count: > 0 } mistakes)
            {
                Outputs.Try(
                    () => console.Error.WriteLine(
                        string.Join(
                            '\n', mistakes.Select(mistake => $"halley: {mistake}").Append(UsageOf(parsed)))));
                return 1;
            }

            return await parsed.InvokeAsync(console);
        }
        catch (Exception told) when (told is ConfigurationException or PidfileException or ListenException
            or IoUringException or WorkerException or CommandException or LoadException
            or ChaosException)
        {
            Outputs.Try(() => console.Error.WriteLine($"halley: {told.Message}"));
            return 1;
        }
        catch (Exception unexpected)
        {
            Outputs.Try(() => console.Error.WriteLine($"halley: {UnexpectedEnd.Line(unexpected)}"));
            return 1;
        }
    }

    private static string UsageOf(ParseResult parsed) => parsed.CommandResult.Command is var command
        && command is RootCommand or { Name: "serve" } ? Usage : Mistakes.UsageOf(command);

    /// <summary>Whether it asks for help or the version, which is answered whatever else stands there.</summary>
    private static bool IsQuestion(ParseResult parsed) => parsed.Action is HelpWithExamples or VersionAction;

    private static RootCommand Create()
    {
        var root = new RootCommand("A comet server: holds many HTTP connections open and pushes messages to them.");
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        root.Options.Add(new Option<bool>("--version", "-v")
        {
            Description = "Say the version",
            Action = new VersionAction(),
            Recursive = true,
        });
        var serve = new Command(
            "serve", "Serve subscribers and publishers; what halley does when nothing else is said");
        var serving = new ServeCommand();
        serving.AddTo(root);
        serving.AddTo(serve);
        root.Subcommands.Add(serve);
        root.Subcommands.Add(PushCommand.Create());
        root.Subcommands.Add(SubCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(NodesCommand.Create());
        root.Subcommands.Add(RouterCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        root.Subcommands.Add(ChaosCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(TokenCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(HelpCommand.Create(root));
        root.Subcommands.Add(new Command("version", "Say the version") { Action = new VersionAction() });

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Product.NameAndVersion);
            return 0;
        }
    }
}
