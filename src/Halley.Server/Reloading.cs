using Halley.Protocol.Dialects.Api;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Processes;
using Halley.Server.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server;

/// <summary>
/// Reads the configuration again while the server runs, and has what can change hold from then on; a mistake in it
/// changes nothing. One at a time. Any thread.
/// </summary>
/// <param name="read">Reads it, where another one holds.</param>
internal sealed class Reloading(
    HalleyConfiguration first,
    Func<HalleyConfiguration, ChangedConfiguration> read,
    LogSink log,
    ServiceManager manager)
{
    private readonly ILogger _logger = log.For<Reloading>();
    private readonly TaskCompletionSource<Node> _node = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private volatile HalleyConfiguration _holds = first;

    /// <summary>The configuration in force.</summary>
    public HalleyConfiguration Holds => _holds;

    /// <summary>Sets the server, which serves now.</summary>
    public void Begin(Node node) => _node.SetResult(node);

    /// <summary>
    /// Reads it, and has it hold, as soon as there is a server. Does not throw for what is written there.
    /// </summary>
    public Task<Reloaded> Run()
    {
        lock (_lock)
        {
            var next = RunAfter(_last);
            _last = next;
            return next;
        }
    }

    private async Task<Reloaded> RunAfter(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var node = await _node.Task;
        manager.SayReloading();
        var status = "Serving";
        try
        {
            // Not on the thread that asks, which may be a reactor.
            return await Task.Run(() => TakeOver(node));
        }
        catch (Exception refused) when (refused is ConfigurationException or WorkerException)
        {
            _logger.ConfigurationNotReloaded(refused.Message);
            status = $"Serving; the configuration holds as before: {refused.Message}";
            return new Reloaded([], [], refused.Message, IsTemporary: refused is WorkerException);
        }
        finally
        {
            manager.SayReady(status);
        }
    }

    private async Task<Reloaded> TakeOver(Node node)
    {
        var (configuration, changed, needRestart) = read(_holds);
        await node.Change(configuration.Options);
        log.SetLevel(configuration.Options.Logger.Level);
        _holds = configuration;
        _logger.ConfigurationReloaded(changed.Count == 0 ? "nothing" : string.Join(", ", changed));
        if (needRestart.Count > 0)
        {
            _logger.NeedRestart(string.Join(", ", needRestart));
        }

        foreach (var warning in configuration.Warnings)
        {
            _logger.ConfigurationWarning(warning);
        }

        return new Reloaded(changed, needRestart);
    }
}
