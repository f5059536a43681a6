using System.Collections;
using System.Net;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Processes;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Commands;

/// <summary>One server process, from its configuration to its end.</summary>
internal static class Serve
{
    /// <returns>The exit status.</returns>
    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    /// <exception cref="PidfileException">The pidfile stands in the way.</exception>
    /// <exception cref="Halley.Engine.ListenException">An address cannot be listened on.</exception>
    public static async Task<int> Run(ServeRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var configuration = HalleyConfiguration.Load(request.ConfPath, Variables(), request.Settings);
        var processes = new LinuxProcesses();
        var pidfile = configuration.Options.Pidfile is { Length: > 0 } path ? new Pidfile(path, processes) : null;

        // The child that goes on in the background has its parent's command line; what is to be stopped, the parent has stopped.
        if (request.Word != "start" && !Daemon.IsChild)
        {
            await Stop(request.Word, pidfile, processes, output, cancellation);
            if (request.Word == "stop")
            {
                return 0;
            }
        }

        return request.IsDaemon && !Daemon.IsChild
            ? await Daemon.Launch(output, error)
            : await UntilAsked(configuration, pidfile, output, error);
    }

    private static async Task Stop(string word, Pidfile? pidfile, IProcesses processes, TextWriter output, CancellationToken cancellation)
    {
        if (pidfile is null)
        {
            throw new PidfileException($"-s {word} needs a pidfile to know the server by; set pidfile in the configuration");
        }

        if (word == "stop" || pidfile.Exists)
        {
            await new RunningServer(pidfile, processes, TimeProvider.System).Stop(line => output.WriteLine($"halley: {line}"), cancellation);
        }
    }

    private static async Task<int> UntilAsked(HalleyConfiguration configuration, Pidfile? pidfile, TextWriter output, TextWriter error)
    {
        if (Daemon.IsChild)
        {
            Daemon.LeaveSession();
        }

        using var log = new LogSink(configuration.Options.Logger);
        var logger = log.For<Node>();
        using var termination = new Termination(() =>
        {
            log.Reopen();
            logger.LogReopened();
        });
        UnexpectedEnd.Watch(logger, error, pidfile);
        TellWarnings(configuration, logger, error);
        pidfile?.Acquire(line => error.WriteLine($"halley: {line}"));
        try
        {
            using var node = new Node(configuration.Options, log, TimeProvider.System);
            TellStart(node.Front, node.Admin, output);
            logger.Started(Product.NameAndVersion, node.Front, node.Admin);
            if (Daemon.IsChild)
            {
                Daemon.SayReady(output, error);
            }

            logger.Ending(await termination.Asked);
        }
        finally
        {
            // Last: who waits for the file to go may take our ports at once.
            pidfile?.Release();
        }

        logger.Ended();
        return 0;
    }

    private static void TellWarnings(HalleyConfiguration configuration, ILogger logger, TextWriter error)
    {
        var options = configuration.Options.Logger;
        foreach (var warning in configuration.Warnings)
        {
            error.WriteLine($"halley: warning: {warning}");
            if (options.IsFile)
            {
                logger.ConfigurationWarning(warning);
            }
        }

        if (Daemon.IsChild && !options.IsFile && options.Level != "none")
        {
            error.WriteLine($"halley: warning: logger.output is {options.Output}, which leads nowhere with -d; set it to a file");
        }
    }

    /// <summary>What is served where, and two commands that show it works.</summary>
    private static void TellStart(IPEndPoint front, IPEndPoint admin, TextWriter output) => output.WriteLine(
        $"""
        {Product.NameAndVersion}
        subscribers come to {front}, publishers to {admin}. Try, in two terminals:
          curl "{ListenAddress.ToUrl(front)}/sub?cname=12&seq=1"
          curl "{ListenAddress.ToUrl(admin)}/push?cname=12&content=hi"
        """);

    private static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
