using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Halley.Testing;

/// <summary>What is published to some channels, and what of it was acknowledged: all that is owed to who listens there. Any thread.</summary>
public sealed class Ledger(IReadOnlyList<string> channels)
{
    private readonly ConcurrentBag<(string Channel, string Text, int Number)> _acknowledged = [];
    private int _sent;

    public int Sent => Volatile.Read(ref _sent);

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Of somebody who begins to listen.</summary>
    public Hearing HearingOf(string channel) => new(channel, () => Sent);

    /// <summary>Publishes one message after another, each to one of the channels, until it is ended. Errors are what a publisher may get.</summary>
    /// <param name="publish">Publishes a text, which needs no escaping, to a channel.</param>
    public async Task PublishAsync(int seed, Func<string, string, Task<HttpResponseMessage>> publish, CancellationToken ended)
    {
        var dice = new Random(seed);
        while (!ended.IsCancellationRequested)
        {
            var (channel, count) = (channels[dice.Next(channels.Count)], Interlocked.Increment(ref _sent));
            var text = string.Create(CultureInfo.InvariantCulture, $"m{count}");
            try
            {
                using var answer = await publish(channel, text);
                if (answer.IsSuccessStatusCode)
                {
                    _acknowledged.Add((channel, text, count));
                }
            }
            catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
            {
                // The publisher has got an error.
            }

            await Task.Delay(5, CancellationToken.None);
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

    private List<string> OwedTo(IReadOnlyCollection<Hearing> hearings) =>
    [
        .. hearings.SelectMany(hearing => _acknowledged
            .Where(message => message.Channel == hearing.Channel && message.Number > hearing.Since && !hearing.HasHeard(message.Text))
            .Select(message => $"{message.Channel} {message.Text}")),
        .. hearings.Where(hearing => hearing.Since == int.MaxValue).Select(hearing => $"{hearing.Channel} is served by nobody"),
    ];
}
