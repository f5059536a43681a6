using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Halley.Testing;

/// <summary>
/// What is published to some channels, and what of it was acknowledged: all that is owed to who listens there. Any
/// thread.
/// </summary>
public sealed class Ledger(IReadOnlyList<string> channels)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentBag<(string Channel, string Text, int Number)> _acknowledged = [];
    private int _sent;

    public int Sent => Volatile.Read(ref _sent);

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Of somebody who begins to listen.</summary>
    public Hearing HearingOf(string channel) => new(channel, () => Sent);

    /// <summary>
    /// Publishes some messages after others, each time to one of the channels, until it is ended. Errors are what a
    /// publisher may get.
    /// </summary>
    /// <param name="publish">Publishes a text, which needs no escaping, to a channel.</param>
    /// <param name="atOnce">How many are under way at a time.</param>
    public async Task PublishAsync(
        int seed, Func<string, string, Task<HttpResponseMessage>> publish, CancellationToken ended, int atOnce = 1)
    {
        var dice = new Random(seed);
        while (!ended.IsCancellationRequested)
        {
            var channel = channels[dice.Next(channels.Count)];
            var done = await Task.WhenAll(
                Enumerable.Range(0, atOnce).Select(_ => PublishAsync(channel, seed, publish)));
            await Task.Delay(done.Contains(false) ? PauseAfterError : Pause, CancellationToken.None);
        }
    }

    /// <summary>Waits until everybody has heard what is owed to them, for as long as that may take.</summary>
    /// <returns>What is still owed then.</returns>
    public async Task<IReadOnlyList<string>> UntilHeardAsync(IReadOnlyCollection<Hearing> hearings)
    {
        var started = Stopwatch.GetTimestamp();
        while (OwedTo(hearings) is { Count: > 0 } && Stopwatch.GetElapsedTime(started) < RawHttpClient.Patience)
        {
            await Task.Delay(50, CancellationToken.None);
        }

        return OwedTo(hearings);
    }

    private async Task<bool> PublishAsync(
        string channel, int seed, Func<string, string, Task<HttpResponseMessage>> publish)
    {
        var count = Interlocked.Increment(ref _sent);
        var text = string.Create(CultureInfo.InvariantCulture, $"m{count}by{seed}");
        try
        {
            using var answer = await publish(channel, text);
            if (answer.IsSuccessStatusCode)
            {
                _acknowledged.Add((channel, text, count));
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
        {
            // The publisher has got an error.
            return false;
        }
    }

    private List<string> OwedTo(IReadOnlyCollection<Hearing> hearings)
    {
        var acknowledged = _acknowledged.ToLookup(message => message.Channel);
        return
        [
            .. hearings.SelectMany(hearing => acknowledged[hearing.Channel]
                .Where(message => message.Number > hearing.Since && !hearing.HasHeard(message.Text))
                .Select(message => $"{message.Channel} {message.Text}")),
            .. hearings
                .Where(hearing => hearing.Since == int.MaxValue)
                .Select(hearing => $"{hearing.Channel} is served by nobody"),
        ];
    }
}
