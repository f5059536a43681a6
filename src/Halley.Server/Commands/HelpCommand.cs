using System.CommandLine;

namespace Halley.Server.Commands;

/// <summary><c>halley help [COMMAND]</c>: what <c>--help</c> says.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "A command's name; without it: all of them",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("help", "Say how a command is used") { words };
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = parsed.GetValue(words) ?? [];
            Command named = root;
            foreach (var word in asked)
            {
                named = named.Subcommands.FirstOrDefault(sub => sub.Name == word) ?? throw new CommandException(
                    Mistakes.NoCommand(word, named));
            }

            return await root.Parse([.. asked, "--help"]).InvokeAsync(parsed.InvocationConfiguration, cancellation);
        });
        return command;
    }
}
