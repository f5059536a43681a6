using System.CommandLine;
using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley [serve] [CONF] [-d] [-s WORD]</c>: the words of iComet's command line, in any order, and ours.
/// </summary>
internal sealed class ServeCommand
{
    private readonly ConfigurationArguments _configuration = new();

    private readonly Option<bool> _daemon =
        new("-d") { Description = "Serve in the background; returns when the server listens" };

    private readonly Option<string> _word = new("-s")
    {
        Description =
            "start, stop or restart the server that the pidfile names, or reload its configuration",
        HelpName = "start|stop|restart|reload",
        DefaultValueFactory = _ => "start",
    };

    public ServeCommand() => _word.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && token.Value is not ("start" or "stop" or "restart" or "reload"))
        {
            result.AddError($"-s is \"{token.Value}\"; it wants start, stop, restart or reload");
        }
    });

    /// <summary>Makes a command serve: the root, and <c>serve</c> by name.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_daemon);
        command.Options.Add(_word);
        _configuration.AddTo(command);

        command.SetAction((parsed, cancellation) =>
        {
            var console = parsed.InvocationConfiguration;
            return Serve.Run(
                Read(parsed),
                arguments => ReadAgain(parsed.RootCommandResult.Command, arguments),
                console.Output,
                console.Error,
                cancellation);
        });
    }

    /// <summary>Reads the command line of a server that was started before.</summary>
    /// <returns>Null where it would not start one now.</returns>
    private ServeRequest? ReadAgain(Command root, IReadOnlyList<string> arguments)
    {
        var parsed = root.Parse(arguments, HalleyCommand.Parsing);
        try
        {
            return parsed.Errors.Count == 0 && _configuration.AreOf(parsed.CommandResult.Command)
                ? Read(parsed)
                : null;
        }
        catch (ConfigurationException)
        {
            // Of another version, which had other options.
            return null;
        }
    }

    private ServeRequest Read(ParseResult parsed) => new(
        _configuration.PathIn(parsed),
        parsed.GetValue(_daemon),
        parsed.GetValue(_word)!,
        _configuration.SettingsIn(parsed),
        [.. parsed.Tokens.Select(token => token.Value)]);
}
