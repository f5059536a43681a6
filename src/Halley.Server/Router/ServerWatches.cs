using Halley.Router;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Router;

/// <summary>
/// A <see cref="ServerWatch"/> for each server behind a router, whichever these are now. One caller at a time.
/// </summary>
internal sealed class ServerWatches(RoutingTable table, TimeSpan interval, ILogger logger) : IDisposable
{
    private readonly Dictionary<RoutedServer, (CancellationTokenSource Ending, Task Running)> _watches = [];
    private readonly Dictionary<RoutedServer, Task> _ended = [];

    /// <summary>
    /// Watches these servers from now on, and no others; those that are watched already go on as they are.
    /// </summary>
    public void Take(IReadOnlyCollection<RoutedServer> servers)
    {
        foreach (var gone in _watches.Keys.Except(servers).ToList())
        {
            End(gone);
        }

        foreach (var server in servers.Where(server => !_watches.ContainsKey(server)))
        {
            var ending = new CancellationTokenSource();
            var before = _ended.GetValueOrDefault(server, Task.CompletedTask);
            var watch = new ServerWatch(server, table, interval, logger, ending.Token);

            // What an earlier one still has to say of the same server, it says first.
            _watches.Add(server, (ending, Task.Run(async () =>
            {
                await before;
                await watch.Run();
            })));
        }
    }

    /// <summary>Returns when nothing runs any more.</summary>
    public void Dispose()
    {
        Take([]);
        Task.WaitAll(_ended.Values);
    }

    private void End(RoutedServer server)
    {
        _watches.Remove(server, out var watch);
        watch.Ending.Cancel();
        _ended[server] = watch.Running.ContinueWith(_ => watch.Ending.Dispose(), TaskScheduler.Default);
    }
}
