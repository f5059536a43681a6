using System.Text;
using System.Text.Json;
using Halley.Chaos.Clients;
using Halley.Chaos.Ledgers;

namespace Halley.Testing;

/// <summary>What tests enter in the ledger that <c>halley chaos</c> keeps.</summary>
public static class Bookkeeping
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Publishes some messages after others, each time to one of the channels, until it is ended. Errors are what a
    /// publisher may get.
    /// </summary>
    /// <param name="publish">Publishes a text, which needs no escaping, to a channel.</param>
    /// <param name="atOnce">How many are under way at a time.</param>
    public static Task PublishAsync(
        this Ledger ledger,
        IReadOnlyList<string> channels,
        int seed,
        Func<string, string, Task<HttpResponseMessage>> publish,
        CancellationToken ended,
        int atOnce = 1) =>
        Publishing.RunAsync(
            ledger,
            channels,
            new Random(seed),
            async (channel, text) =>
            {
                try
                {
                    using var answer = await publish(channel, text);
                    return answer.IsSuccessStatusCode;
                }
                catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
                {
                    // The publisher has got an error.
                    return false;
                }
            },
            ended,
            atOnce,
            Pause);

    /// <summary>Takes what a subscriber is told next.</summary>
    public static void Take(this Hearing hearing, JsonElement told) =>
        ToldReader.Take(hearing, Encoding.UTF8.GetBytes(told.GetRawText()));

    /// <summary>Waits until everybody has heard what is owed to them, and closes the books.</summary>
    /// <returns>What should not have happened, a line each.</returns>
    public static async Task<string> CloseAsync(this Ledger ledger)
    {
        await ledger.UntilHeardAsync(RawHttpClient.Patience);
        ledger.Close();
        return string.Join('\n', ledger.Breaches);
    }
}
