using System.CommandLine;
using Halley.Engine;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Processes;
using Halley.Server.Router;

namespace Halley.Server.Commands;

/// <summary><c>halley router CONF</c>: stands before several servers, and knows which channel is where.</summary>
internal static class RouterCommand
{
    public static Command Create()
    {
        var conf = new Argument<string?>("CONF")
        {
            Description = "A halley.json with a section router",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var listen = new Option<string?>("--listen")
        {
            Description = "Where publishers come, such as 127.0.0.1:8001 (router.listen)",
            HelpName = "ADDR:PORT",
        };
        var servers = new Option<string[]>("--server")
        {
            Description = "A server to stand before (router.servers); once for each",
            HelpName = "\"NAME ADMIN-URL FRONT-URL\"",
            AllowMultipleArgumentsPerToken = false,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Set any option, such as router.timeout=500",
            HelpName = "KEY=VALUE",
            AllowMultipleArgumentsPerToken = false,
        };
        var command = new Command("router", "Stand before several servers, ours or iComet's, "
            + "and pass on what is published to wherever its channel is") { conf, listen, servers, set };
        command.SetAction((parsed, _) =>
        {
            var console = parsed.InvocationConfiguration;
            string[] settings =
            [
                .. parsed.GetValue(listen) is { } address ? [$"router.listen={address}"] : Array.Empty<string>(),
                .. parsed.GetValue(servers) is { Length: > 0 } named
                    ? [$"router.servers={string.Join(",", named)}"]
                    : Array.Empty<string>(),
                .. parsed.GetValue(set) ?? [],
            ];
            return Run(
                parsed.GetValue(conf),
                CommandLineSettings.Read(null, null, settings, null),
                console.Output,
                console.Error);
        });
        return command;
    }

    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    private static async Task<int> Run(
        string? conf, IReadOnlyList<Setting> settings, TextWriter output, TextWriter error)
    {
        Inheritance.HearSignals(isDaemon: false);
        var configuration = HalleyConfiguration.Load(conf, Serve.Variables(), settings);
        foreach (var warning in configuration.Warnings)
        {
            error.WriteLine($"halley: warning: {warning}");
        }

        using var log = new LogSink(configuration.Options.Logger);
        RouterNode? running = null;
        using var termination = new Termination(
            reload: () =>
            {
                log.Reopen();
                running?.Reload(() => HalleyConfiguration.Load(conf, Serve.Variables(), settings).Options);
            },
            reopen: log.Reopen);
        using var router = running = new RouterNode(configuration.Options, log, TimeProvider.System);
        var targets = string.Join(", ", configuration.Options.Router.ToServers().Select(server => server.Name));
        output.WriteLine(
            $"""
            {Product.NameAndVersion}
            publishers come to {router.EndPoint}, and are passed on to {targets}. Try:
              curl "{ListenAddress.ToUrl(router.EndPoint)}/routes"
            """);
        var manager = ServiceManager.OfThisProcess(log.For<RouterNode>());
        manager.SayReady("Serving");
        log.For<RouterNode>().Ending(await termination.Asked);
        manager.SayStopping();
        return 0;
    }
}
