using Halley.Server.Logging;
using Halley.Server.Processes;
using Microsoft.Extensions.Logging;

namespace Halley.Server;

/// <summary>The steps before a node's end: its connections are ended in good order, and waited for.</summary>
internal static class Draining
{
    // Of the time: whoever ends us by force when it is over is not to find us here.
    private const double ShareToWait = 0.96;

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    // For what comes after it.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    /// <summary>Returns when nothing is under way, the time is over, or somebody is in a hurry.</summary>
    /// <param name="within">Zero for no draining.</param>
    /// <param name="hurry">Completes where it is to end now.</param>
    public static async Task Run(
        Node node, TimeSpan within, Task hurry, ServiceManager manager, TimeProvider time, ILogger logger)
    {
        if (within == TimeSpan.Zero || hurry.IsCompleted)
        {
            return;
        }

        logger.Draining(node.SubscriberCount, within.TotalSeconds);
        var started = time.GetTimestamp();
        var drained = node.Drain(within);
        var told = TimeSpan.MinValue;
        while (time.GetElapsedTime(started) is var elapsed && elapsed < within * ShareToWait)
        {
            if (drained.IsCompleted && node.IsDrained)
            {
                logger.Drained(elapsed.TotalSeconds);
                return;
            }

            if (hurry.IsCompleted)
            {
                logger.DrainedInHurry(node.SubscriberCount);
                return;
            }

            if (told == TimeSpan.MinValue || elapsed - told >= TellEvery)
            {
                told = elapsed;
                manager.SayStatus(
                    $"Draining: {node.SubscriberCount} subscriptions are left", within - elapsed + TimeToEnd);
            }

            await Task.WhenAny(hurry, Task.Delay(AskEvery, time));
        }

        logger.NotDrained(node.SubscriberCount);
    }
}
