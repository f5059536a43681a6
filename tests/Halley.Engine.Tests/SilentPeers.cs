using System.Globalization;
using System.Net;
using Halley.Specifications.Hosts;

namespace Halley.Engine.Tests;

/// <summary>The kernel asks clients that say nothing whether they are still there.</summary>
public sealed class SilentPeers
{
    // As /proc/net/tcp writes which timer of a socket runs.
    private const string KeepAliveTimer = "02";

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(0, null, false)]
    [InlineData(0, 30, true)]
    [InlineData(120, 0, false)]
    public async Task A_held_connection_is_probed_where_that_is_wanted(
        int? engineSeconds, int? listenerSeconds, bool isProbed)
    {
        using var engine = new RunningEngine(new()
        {
            Engine = options => options.TcpKeepAlive = engineSeconds is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : options.TcpKeepAlive,
            Listener = listener =>
                listener with { TcpKeepAlive = listenerSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null },
        });
        var (client, _) = await engine.SubscribeAsync("quiet");
        using (client)
        {
            await Eventually.TrueAsync(() => TimerOf(engine.Front, client.LocalEndPoint) == (
                isProbed ? KeepAliveTimer : "00"), "its timer is as wanted");
        }
    }

    private static string? TimerOf(IPEndPoint server, IPEndPoint client) => File.ReadLines("/proc/net/tcp")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields[1].EndsWith(Port(server), StringComparison.Ordinal))
        .Where(fields => fields[2].EndsWith(Port(client), StringComparison.Ordinal))
        .Select(fields => fields[5][..2])
        .FirstOrDefault();

    private static string Port(IPEndPoint endPoint) =>
        endPoint.Port.ToString("X4", CultureInfo.InvariantCulture).Insert(0, ":");
}
