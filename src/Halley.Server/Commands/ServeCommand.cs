using System.CommandLine;
using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley [serve] [CONF] [-d] [-s WORD]</c>: the words of iComet's command line, in any order, and ours.
/// </summary>
internal sealed class ServeCommand
{
    private readonly Argument<string?> _conf = new("CONF")
    {
        Description = "A halley.json, or an icomet.conf as it is. Without it: the defaults",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _daemon =
        new("-d") { Description = "Serve in the background; returns when the server listens" };

    private readonly Option<string> _word = new("-s")
    {
        Description = "start, stop or restart the server that the pidfile names",
        HelpName = "start|stop|restart",
        DefaultValueFactory = _ => "start",
    };

    private readonly Option<string?> _front =
        new("--front") { Description = "Where subscribers come, such as :8100 (front.listen)", HelpName = "ADDR:PORT" };

    private readonly Option<string?> _admin = new("--admin")
    {
        Description = "Where publishers come, such as 127.0.0.1:8000 (admin.listen)",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string?> _workers = new("--workers")
    {
        Description = "Processes that share the subscribers' port, such as 4 (engine.workers)",
        HelpName = "NUMBER",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Set any option, such as front.max_channels=1000",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public ServeCommand() => _word.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && token.Value is not ("start" or "stop" or "restart"))
        {
            result.AddError($"-s is \"{token.Value}\"; it wants start, stop or restart");
        }
    });

    /// <summary>Makes a command serve: the root, and <c>serve</c> by name.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_conf);
        foreach (var option in (Option[])[_daemon, _word, _front, _admin, _workers, _set])
        {
            command.Options.Add(option);
        }

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
            return parsed.Errors.Count == 0 && parsed.CommandResult.Command.Arguments.Contains(_conf)
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
        parsed.GetValue(_conf),
        parsed.GetValue(_daemon),
        parsed.GetValue(_word)!,
        CommandLineSettings.Read(
            parsed.GetValue(_front), parsed.GetValue(_admin), parsed.GetValue(_set) ?? [], parsed.GetValue(_workers)),
        [.. parsed.Tokens.Select(token => token.Value)]);
}
