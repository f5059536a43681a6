using WebIm.Data;

namespace WebIm.Comet;

/// <summary>
/// Who is online, told by Halley: a channel that is forgotten because nobody follows it any more means that a window
/// was closed, fell asleep or lost its network. Halley repeats every channel that exists each channel_timeout, which is
/// when sessions that are over are noticed.
/// </summary>
public sealed class PresenceFeed(
    HalleyAdmin halley,
    Channels channels,
    Conversations conversations,
    Publisher publisher,
    Liveness liveness,
    ILogger<PresenceFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var (channel, online) in halley.Presence(CatchUp, stoppingToken))
                {
                    await Note(channel, online);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                logger.HalleyAway(e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (liveness.IsLive)
            {
                liveness.Lost();
                logger.HalleyLost();
            }

            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Notes that a channel is there, or is not, and tells those whom it concerns.</summary>
    public async Task<Attendance?> Note(string channel, bool online)
    {
        var attendance = channels.SetOnline(channel, online);
        if (attendance is { Changed: true })
        {
            publisher.Publish(
                conversations.Acquaintances(attendance.User),
                new { type = "presence", user = attendance.User, online });
        }

        if (online && attendance is { SignedOut: true })
        {
            await halley.Close(channel); // "0 NAME" follows
        }

        return attendance;
    }

    /// <summary>
    /// What was not told while there was no feed: which of the channels are gone. A Halley that was started anew has
    /// none.
    /// </summary>
    private async Task CatchUp()
    {
        foreach (var channel in channels.Online())
        {
            if (!await halley.Check(channel))
            {
                await Note(channel, online: false);
            }
        }

        liveness.Found();
        logger.HalleyFound();
    }
}
