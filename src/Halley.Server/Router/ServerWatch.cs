using System.Net.Sockets;
using Halley.Protocol.Http;
using Halley.Router;
using Halley.Server.Commands;
using Halley.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Router;

/// <summary>
/// Watches one server behind a router: follows its presence feed, and asks it every so often whether it is there, since
/// a feed may be silent for long. On the thread pool; ends with its token.
/// </summary>
internal sealed class ServerWatch(
    RoutedServer server, RoutingTable table, TimeSpan interval, ILogger logger, CancellationToken ending)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly byte[] _piece = new byte[16 * 1024];

    /// <summary>Completes when the token says so.</summary>
    public Task Run() => Task.WhenAll(Follow(), Check());

    private async Task Follow()
    {
        using var client = Remote.CreateClient();
        var pause = FirstPause;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await FollowOnce(client, () => pause = FirstPause);
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                NoteRefusal(failed);
            }

            table.EndFollowing(server);
            await Pause(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task FollowOnce(HttpClient client, Action whenFollowed)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending);
        patience.CancelAfter(interval * 3);
        using var answer = await client.GetAsync(
            new Uri(server.Admin + "/psub"), HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (!answer.IsSuccessStatusCode)
        {
            logger.FeedRefused(server.Name, (int)answer.StatusCode);
            return;
        }

        // Only to begin: a feed has nothing to say for as long as nothing happens.
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        table.BeginFollowing(server);
        whenFollowed();
        logger.FeedFollowed(server.Name);
        using var feed = await answer.Content.ReadAsStreamAsync(ending);
        var lines = new PresenceLines();
        var closings = new List<byte[]>();
        while (await feed.ReadAsync(_piece, ending) is var count and > 0)
        {
            if (!lines.TryAdd(_piece.AsSpan(0, count), (name, isHere) => Hear(name, isHere, closings)))
            {
                logger.FeedBroken(server.Name);
                return;
            }

            foreach (var name in closings)
            {
                await CloseThere(client, name);
            }

            closings.Clear();
        }

        logger.FeedEnded(server.Name);
    }

    private void Hear(ReadOnlySpan<byte> name, bool isHere, List<byte[]> closings)
    {
        if (!isHere)
        {
            table.Gone(server, name);
        }
        else if (table.Here(server, name))
        {
            closings.Add(name.ToArray());
        }
    }

    // Its subscribers there have missed what was published elsewhere while the server was silent: so they are told, and
    // come back to where the channel is.
    private async Task CloseThere(HttpClient client, byte[] name)
    {
        logger.ChannelClosedThere(server.Name);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending);
        patience.CancelAfter(interval * 3);
        using var answer = await client.GetAsync(
            new Uri($"{server.Admin}/close?cname={UrlEncoding.Encode(name)}"), patience.Token);
    }

    private async Task Check()
    {
        using var client = Remote.CreateClient();
        while (!ending.IsCancellationRequested)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending);
                patience.CancelAfter(interval);
                var info = await client.GetByteArrayAsync(new Uri(server.Admin + "/info"), patience.Token);
                if (ServerInfo.TryReadNumber(info, "subscribers"u8, out var subscribers))
                {
                    Note(() => table.Answered(server, subscribers));
                }
                else
                {
                    Note(() => table.NotAnswered(server));
                }
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                if (!NoteRefusal(failed))
                {
                    Note(() => table.NotAnswered(server));
                }
            }

            await Pause(interval);
        }
    }

    private bool NoteRefusal(Exception failed)
    {
        if (failed is not HttpRequestException { InnerException: SocketException refused }
            || refused.SocketErrorCode != SocketError.ConnectionRefused)
        {
            return false;
        }

        Note(() => table.Refused(server));
        return true;
    }

    private void Note(Action change)
    {
        var before = table.StateOf(server);
        change();
        if (table.StateOf(server) is var after && after != before)
        {
            logger.ServerBecame(after == ServerState.Up ? LogLevel.Information : LogLevel.Warning, server.Name, after);
        }
    }

    private async Task Pause(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, ending);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }
}
