using System.CommandLine;
using System.CommandLine.Parsing;
using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>Describes what is wrong with a command line, and what may have been meant.</summary>
internal static class Mistakes
{
    /// <returns>A sentence each, without repetition; none where the line can be carried out.</returns>
    public static IReadOnlyList<string> In(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command is RootCommand
            && FirstArgument(parsed) is { } word
            && !File.Exists(word)
            && NearMiss.Of(word, Names(command.Subcommands)) is { } near)
        {
            // What is no command is taken for a configuration's name.
            return [$"{word} is no command, and no file; did you mean halley {near}?"];
        }

        // After -- a word may begin as it likes; before that the parser takes options that there are not for arguments.
        var isFree = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash);
        var options = isFree ? [] : Arguments(parsed).Where(IsOption).Select(value => Unknown(value, command)).ToList();
        return options.Count > 0 ? options : [.. parsed.Errors.Select(error => Explain(error, parsed)).Distinct()];
    }

    /// <summary>Describes a word that should have been a command's name.</summary>
    public static string NoCommand(string word, Command parent) =>
        $"there is no command {word}; " + (NearMiss.Of(word, Names(parent.Subcommands)) is { } near
            ? $"did you mean {near}?"
            : $"there are {string.Join(", ", Names(parent.Subcommands))}");

    /// <summary>Describes how a command is called: the arguments that may be left out stand in brackets.</summary>
    public static string UsageOf(Command command)
    {
        var names = PathOf(command);
        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues > 0
            ? argument.Name
            : $"[{argument.Name}]");
        return $"usage: {string.Join(' ', [names, .. arguments, "[options]"])}; {names} --help says more";
    }

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand
            ? $"{PathOf(parent)} {command.Name}"
            : $"halley {command.Name}";

    private static string Explain(ParseError error, ParseResult parsed)
    {
        if (error.SymbolResult is ArgumentResult { Parent: CommandResult { Command: var wanting } })
        {
            var wanted = wanting.Arguments
                .Where(argument => argument.Arity.MinimumNumberOfValues > 0)
                .Select(argument => argument.Name);
            return $"{wanting.Name} wants {string.Join(" and ", wanted)}";
        }

        var unmatched = parsed.UnmatchedTokens.FirstOrDefault(
            token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));
        var isOption = unmatched is not null && IsOption(unmatched);
        var command = parsed.CommandResult.Command;
        var near = unmatched is null
            ? null
            : NearMiss.Of(unmatched, isOption ? OptionsOf(command) : Names(command.Subcommands));
        return near is null ? error.Message : $"{error.Message.TrimEnd('.')}; did you mean {near}?";
    }

    private static string Unknown(string option, Command command) =>
        $"there is no option {option}; " + (NearMiss.Of(option, OptionsOf(command)) is { } near
            ? $"did you mean {near}?"
            : $"halley {(command is RootCommand ? "" : command.Name + " ")}--help lists them, and what stands behind "
                + "-- is taken as it is");

    private static string? FirstArgument(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .FirstOrDefault()?.Value;

    /// <summary>Lists the arguments to look at: a message is not one, as it may begin with a dash.</summary>
    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .Where(argument => argument.Argument.Name != PushCommand.TextName)
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value);

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static IEnumerable<string> Names(IEnumerable<Command> commands) => commands.Select(command => command.Name);

    /// <summary>
    /// Those of one letter are near to every other; those of the commands above count where they say so.
    /// </summary>
    private static IEnumerable<string> OptionsOf(Command command) => command.Options
        .Concat(
            command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
        .SelectMany(option => option.Aliases.Prepend(option.Name))
        .Where(name => name.StartsWith("--", StringComparison.Ordinal));
}
