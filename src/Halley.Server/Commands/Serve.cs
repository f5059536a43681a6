using System.Collections;
using System.Globalization;
using System.Net;
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
        var sockets = StartSockets.Take();

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

            var drain = DrainOf(configuration, pidfile, processes, read);
            if (request.Word == "restart" && pidfile?.FindServer() is { } server)
            {
                sockets = SocketHandover.AskFor(server) ?? sockets;
            }

            await Signal(request.Word, pidfile, processes, drain, output, cancellation);
            if (request.Word is "stop" or "reload")
            {
                return 0;
            }

            request = successor;
            pidfile = PidfileOf(configuration, processes);
        }

        if (request.IsDaemon && !Daemon.IsChild)
        {
            return await Daemon.Launch(request.Arguments, sockets, output, error);
        }

        // The child of a daemon goes to another directory.
        var path = request.ConfPath is { } conf ? Path.GetFullPath(conf) : null;
        return await Listen(
            configuration,
            holds => holds.LoadAgain(path, Variables(), request.Settings),
            pidfile,
            sockets,
            output,
            error);
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

    /// <summary>The time that a running server may take: as its command line says, or the file.</summary>
    private static TimeSpan DrainOf(
        HalleyConfiguration configuration,
        Pidfile? pidfile,
        LinuxProcesses processes,
        Func<IReadOnlyList<string>, ServeRequest?> read)
    {
        var own = pidfile?.FindServer() is { } pid
            ? read(processes.ArgumentsOf(pid))?.Settings.LastOrDefault(setting => setting.Key == "drain.within").Value
            : null;
        return int.TryParse(own, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : configuration.Options.Drain.Time;
    }

    private static async Task Signal(
        string word,
        Pidfile? pidfile,
        IProcesses processes,
        TimeSpan drain,
        TextWriter output,
        CancellationToken cancellation)
    {
        if (pidfile is null)
        {
            throw new PidfileException(
                $"-s {word} needs a pidfile to know the server by; set pidfile in the configuration");
        }

        var server = new RunningServer(pidfile, processes, TimeProvider.System, drain);
        if (word == "reload")
        {
            server.Reload(Say);
        }
        else if (word == "stop" || pidfile.Exists)
        {
            await server.Stop(Say, cancellation);
        }

        void Say(string line) => Outputs.Try(() => output.WriteLine($"halley: {line}"));
    }

    private static async Task<int> Listen(
        HalleyConfiguration configuration,
        Func<HalleyConfiguration, ChangedConfiguration> readAgain,
        Pidfile? pidfile,
        HandedSockets? sockets,
        TextWriter output,
        TextWriter error)
    {
        if (Daemon.IsChild)
        {
            Daemon.Detach(output, error);
        }

        Inheritance.KeepDescriptors();

        TellWarnings(configuration, error);
        using var log = new LogSink(configuration.Options.Logger);
        UnexpectedEnd.Watch(log, error, pidfile);
        var manager = ServiceManager.OfThisProcess(log.For<Node>());
        var reloading = new Reloading(configuration, readAgain, log, manager);
        using var termination = new Termination(
            reload: () =>
            {
                log.Reopen();
                log.For<Node>().LogReopened("SIGHUP");
                _ = reloading.Run();
            },
            reopen: () =>
            {
                log.Reopen();
                log.For<Node>().LogReopened("SIGUSR1");
            });
        pidfile?.Acquire(line => Outputs.Try(() => error.WriteLine($"halley: {line}")));
        try
        {
            await UntilAsked(termination, reloading, manager, pidfile, sockets, log, output, error);
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
        Termination termination,
        Reloading reloading,
        ServiceManager manager,
        Pidfile? pidfile,
        HandedSockets? sockets,
        LogSink log,
        TextWriter output,
        TextWriter error)
    {
        var logger = log.For<Node>();
        var configuration = reloading.Holds;

        // Before the node: a successor may come as soon as the pidfile is there.
        using var handover = pidfile is null ? null : new SocketHandover(logger);
        using (var node = NodeOf(configuration.Options, log, reloading, sockets))
        {
            Outputs.Try(() => StartHint.Write(configuration.Options, node.Front, node.Admin, node.Others, output));
            LogStart(configuration, node, logger);
            if (Daemon.IsChild)
            {
                Daemon.SayReady(output, error);
            }

            using var watchdog = Watchdog.Begin(node.Dispatchers, manager, TimeProvider.System);
            handover?.Begin(node.HandOver);
            manager.SayReady("Serving");
            reloading.Begin(node);
            logger.Ending(await termination.Asked);
            manager.SayStopping();
            await Draining.Run(
                node,
                reloading.Holds.Options.Drain.Time,
                termination.AskedAgain,
                manager,
                TimeProvider.System,
                logger);

            // Before the node's sockets are closed, and their numbers are others'.
            handover?.Dispose();
        }

        logger.Ended();
    }

    private static Node NodeOf(HalleyOptions options, LogSink log, Reloading reloading, HandedSockets? sockets)
    {
        try
        {
            return new Node(options, log, TimeProvider.System, reloading.Run, sockets);
        }
        catch (ListenException refused) when (PlaceNames.Of(refused.EndPoint, options) is { Length: > 0 } names)
        {
            throw new ListenException(refused.EndPoint, $"{refused.Message} It is set by {names}.");
        }
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
        logger.Started(Product.NameAndVersion, PlacesOf(node.Front, node.Admin, node.Others));
        if (configuration.Options.Logger.IsFile)
        {
            // Elsewhere they were just seen.
            foreach (var warning in configuration.Warnings)
            {
                logger.ConfigurationWarning(warning);
            }
        }
    }

    /// <summary>Says in a line who is served where.</summary>
    internal static string PlacesOf(EndPoint? front, EndPoint? admin, IReadOnlyList<EndPoint> others) => string.Join(
        " and ",
        new[]
        {
            front is null ? null : $"subscribers on {front}",
            admin is null ? null : $"publishers on {admin}",
            others.Count == 0 ? null : $"clients of your own listeners on {string.Join(", ", others)}",
        }.OfType<string>());

    /// <summary>The variables of this process.</summary>
    internal static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
