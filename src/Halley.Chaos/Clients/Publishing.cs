using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>Publishers that enter what they do in a ledger.</summary>
public static class Publishing
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Publishes some messages at once, then others, each time to one of the channels, until it is ended. Errors are
    /// what a publisher may get.
    /// </summary>
    /// <param name="publish">Publishes a text to a channel, and says whether that was acknowledged.</param>
    /// <param name="atOnce">How many are under way at a time.</param>
    /// <param name="pause">How long it waits between them.</param>
    public static async Task RunAsync(
        Ledger ledger,
        IReadOnlyList<string> channels,
        Random dice,
        Func<string, string, Task<bool>> publish,
        CancellationToken ended,
        int atOnce = 1,
        TimeSpan pause = default)
    {
        var lanes = new Lane?[atOnce, channels.Count];
        while (!ended.IsCancellationRequested)
        {
            var channel = dice.Next(channels.Count);
            var done = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(slot =>
                PublishAsync(lanes[slot, channel] ??= ledger.Open(channels[channel]), publish))).ConfigureAwait(false);
            for (var slot = 0; slot < atOnce; slot++)
            {
                lanes[slot, channel] = done[slot] ? lanes[slot, channel] : null;
            }

            var rest = done.Contains(false) ? PauseAfterError : pause;
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> PublishAsync(Lane lane, Func<string, string, Task<bool>> publish)
    {
        var isDone = await publish(lane.Channel, lane.Next()).ConfigureAwait(false);
        if (isDone)
        {
            lane.Acknowledge();
        }
        else
        {
            lane.GiveUp();
        }

        return isDone;
    }
}
