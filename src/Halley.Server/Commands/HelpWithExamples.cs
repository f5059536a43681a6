using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Halley.Server.Commands;

/// <summary>The generated help, and behind it what people type.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples =
"""
Examples:
  halley                                         serve with the defaults: subscribers :8100, publishers 127.0.0.1:8000
  halley icomet.conf                             serve what an iComet served
  halley /etc/halley.json -d                     serve in the background
  halley /etc/halley.json -s stop                end it
  halley --front :80 --set front.auth=token      serve with options of your own
  HALLEY_FRONT__MAX_CHANNELS=1000 halley         the same from the environment
  halley push news "it rains"                    publish
  date | halley push news -                      publish what a program prints
  halley sub news                                see what is published
  halley explain --user anna                     before she comes: see what each of her clients asks, and is told
  halley check /etc/halley.json                  say what would be open to whom, and whether a server starts with it
  halley token /etc/halley.json --user anna --subscribe news
                                                 make a token that lets her listen to one channel
  halley bench --subscribers 10000 --pid $(pidof halley)
                                                 load a server, check every message, and say what it cost
  halley chaos --on disk --faults 100            kill a server of its own again and again, and account for every message
  halley nodes --redis redis://10.0.0.5          see the servers that share a Redis
  halley doctor                                  see what this machine lacks to hold a million connections
  halley doctor --redis redis://10.0.0.5         see what that Redis lacks for servers to share channels through it
  halley import /etc/nginx/nginx.conf            print the halley.json that serves its push_stream locations

Each of these beats those before it: defaults, CONF, environment, command line. Every option with its default
stands in halley.json, in the program's source and documentation; iComet's keys keep their names.

""";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand)
        {
            // A command's help would list the root's arguments too, which it does not take.
            parseResult.RootCommandResult.Command.Arguments.Clear();
            return help.Invoke(parseResult);
        }

        var console = parseResult.InvocationConfiguration;
        var output = console.Output;
        using var text = new StringWriter { NewLine = output.NewLine };
        console.Output = text;
        var status = help.Invoke(parseResult);
        console.Output = output;
        output.Write(WithBrackets(text.ToString(), parseResult.CommandResult.Command));
        output.WriteLine(Examples);
        return status;
    }

    // The generated list of commands shows an argument that may be left out as one that is wanted.
    private static string WithBrackets(string text, Command root) => root.Subcommands
        .SelectMany(
            command => command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues == 0),
            (command, argument) => $"  {command.Name} <{argument.Name}>")
        .Aggregate(text, (written, shown) => written.Replace(
            shown + "  ", $"{shown.Replace("<", "[<", StringComparison.Ordinal)}]", StringComparison.Ordinal));
}
