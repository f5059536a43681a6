using System.Collections;
using Halley.Engine;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Processes;
using Halley.Server.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Commands;

/// <summary>One server process, from its configuration to its end.</summary>
internal static class Serve
{
    /// <param name="read">Reads the command line of a server that runs; null for one that means nothing now.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    /// <exception cref="PidfileException">The pidfile stands in the way.</exception>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="IoUringException">io_uring was asked for, and there is none.</exception>
    /// <exception cref="WorkerException">The workers do not come up.</exception>
    public static async Task<int> Run(
        ServeRequest request,
        Func<IReadOnlyList<string>, ServeRequest?> read,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation)
    {
        Inheritance.HearSignals(Daemon.IsChild);
        var configuration = HalleyConfiguration.Load(request.ConfPath, Variables(), request.Settings);
        var processes = new LinuxProcesses();
        var pidfile = PidfileOf(configuration, processes);

        // The child that goes on in the background has its parent's command line; what is to be stopped, the parent has
        // stopped.
        if (request.Word != "start" && !Daemon.IsChild)
        {
            var successor = request.Word == "restart"
                ? SuccessorOf(request, pidfile, processes, read, output)
                : request;
            if (successor.Settings.Count != request.Settings.Count)
            {
                // Before the old server is stopped: what cannot be started is told while that still serves.
                configuration = HalleyConfiguration.Load(successor.ConfPath, Variables(), successor.Settings);
            }

            await Stop(request.Word, pidfile, processes, output, cancellation);
            if (request.Word == "stop")
            {
                return 0;
            }

            request = successor;
            pidfile = PidfileOf(configuration, processes);
        }

        if (request.IsDaemon && !Daemon.IsChild)
        {
            return await Daemon.Launch(request.Arguments, output, error);
        }

        return await Listen(configuration, pidfile, output, error);
    }

    private static Pidfile? PidfileOf(HalleyConfiguration configuration, LinuxProcesses processes) =>
        configuration.Options.Pidfile is { Length: > 0 } path ? new Pidfile(path, processes) : null;

    private static ServeRequest SuccessorOf(
        ServeRequest request,
        Pidfile? pidfile,
        LinuxProcesses processes,
        Func<IReadOnlyList<string>, ServeRequest?> read,
        TextWriter output) =>
        pidfile?.FindServer() is { } pid
            ? Successor.Of(
                request,
                read(processes.ArgumentsOf(pid)),
                processes.HasVariable(pid, Daemon.Mark),
                line => Outputs.Try(() => output.WriteLine($"halley: {line}")))
            : request;

    private static async Task Stop(
        string word, Pidfile? pidfile, IProcesses processes, TextWriter output, CancellationToken cancellation)
    {
        if (pidfile is null)
        {
            throw new PidfileException(
                $"-s {word} needs a pidfile to know the server by; set pidfile in the configuration");
        }

        if (word == "stop" || pidfile.Exists)
        {
            await new RunningServer(pidfile, processes, TimeProvider.System).Stop(
                line => Outputs.Try(() => output.WriteLine($"halley: {line}")), cancellation);
        }
    }

    private static async Task<int> Listen(
        HalleyConfiguration configuration, Pidfile? pidfile, TextWriter output, TextWriter error)
    {
        if (Daemon.IsChild)
        {
            Daemon.Detach(output, error);
        }

        Inheritance.KeepDescriptors();

        TellWarnings(configuration, error);
        using var log = new LogSink(configuration.Options.Logger);
        UnexpectedEnd.Watch(log, error, pidfile);
        using var termination = new Termination(
            reload: () =>
            {
                log.Reopen();
                log.For<Node>().Reloaded();
            },
            reopen: () =>
            {
                log.Reopen();
                log.For<Node>().LogReopened();
            });
        pidfile?.Acquire(line => Outputs.Try(() => error.WriteLine($"halley: {line}")));
        try
        {
            await UntilAsked(termination, configuration, log, output, error);
        }
        catch (Exception unexpected) when (
            unexpected is not (ConfigurationException or ListenException or IoUringException or WorkerException))
        {
            log.For<Node>().Failed(unexpected);
            throw;
        }
        finally
        {
            // Last: who waits for the file to go may take our ports at once.
            pidfile?.Release();
        }

        return 0;
    }

    /// <summary>Nothing is logged before the ports are ours: until then the log file may be another server's.</summary>
    private static async Task UntilAsked(
        Termination termination, HalleyConfiguration configuration, LogSink log, TextWriter output, TextWriter error)
    {
        var logger = log.For<Node>();
        using (var node = new Node(configuration.Options, log, TimeProvider.System))
        {
            Outputs.Try(() => StartHint.Write(configuration.Options, node.Front, node.Admin, node.Others, output));
            LogStart(configuration, node, logger);
            if (Daemon.IsChild)
            {
                Daemon.SayReady(output, error);
            }

            logger.Ending(await termination.Asked);
        }

        logger.Ended();
    }

    private static void TellWarnings(HalleyConfiguration configuration, TextWriter error)
    {
        foreach (var warning in configuration.Warnings)
        {
            Outputs.Try(() => error.WriteLine($"halley: warning: {warning}"));
        }

        var options = configuration.Options.Logger;
        if (Daemon.IsChild && !options.IsFile && options.Level != "none")
        {
            error.WriteLine(
                $"halley: warning: logger.output is {options.Output}, which leads nowhere with -d; set it to a file");
        }
    }

    private static void LogStart(HalleyConfiguration configuration, Node node, ILogger logger)
    {
        logger.Started(
            Product.NameAndVersion, node.Front?.ToString() ?? "no port", node.Admin?.ToString() ?? "no port");
        if (configuration.Options.Logger.IsFile)
        {
            // Elsewhere they were just seen.
            foreach (var warning in configuration.Warnings)
            {
                logger.ConfigurationWarning(warning);
            }
        }
    }

    /// <summary>The variables of this process.</summary>
    internal static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
