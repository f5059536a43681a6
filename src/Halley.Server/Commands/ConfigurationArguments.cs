using System.CommandLine;
using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>A command line's word on a server's configuration: the file, and what is set beside it.</summary>
internal sealed class ConfigurationArguments
{
    private readonly Argument<string?> _conf = new("CONF")
    {
        Description = "A halley.json, or an icomet.conf as it is. Without it: the defaults",
        Arity = ArgumentArity.ZeroOrOne,
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

    private readonly Option<string?> _data = new("--data")
    {
        Description = "A directory in which channels and messages are kept when the server ends (storage.path)",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Set any option, such as front.max_channels=1000",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Has a command take them, behind the options that it has.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_conf);
        foreach (var option in (Option[])[_front, _admin, _workers, _data, _set])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether a command takes these.</summary>
    public bool AreOf(Command command) => command.Arguments.Contains(_conf);

    /// <summary>The configuration file; null for none.</summary>
    public string? PathIn(ParseResult parsed) => parsed.GetValue(_conf);

    /// <exception cref="ConfigurationException">An unknown key, or a wrong value.</exception>
    public List<Setting> SettingsIn(ParseResult parsed) => CommandLineSettings.Read(
        parsed.GetValue(_front),
        parsed.GetValue(_admin),
        parsed.GetValue(_set) ?? [],
        parsed.GetValue(_workers),
        parsed.GetValue(_data));
}
