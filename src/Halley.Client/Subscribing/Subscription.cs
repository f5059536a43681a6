using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Halley.Client.Subscribing;

/// <summary>One channel, followed from a place until it is closed or its subscriber leaves.</summary>
internal static class Subscription
{
    public static async IAsyncEnumerable<ChannelItem> FollowAsync(
        string channel,
        StreamPosition? from,
        HalleyClientOptions options,
        HttpClient http,
        [EnumeratorCancellation] CancellationToken ended)
    {
        var track = new Track(channel, from);
        var items = new List<ChannelItem>();
        using var link = new Link(channel, track, options, http, ended);
        while (true)
        {
            var said = await link.NextAsync().ConfigureAwait(false);
            var stood = track.Position;
            var (verdict, error) = Take(track, said, items);
            await link.ObeyAsync(verdict, items.Count > 0 ? stood : track.Position).ConfigureAwait(false);
            foreach (var item in items)
            {
                yield return item;
            }

            items.Clear();
            if (verdict == Verdict.Closed)
            {
                yield break;
            }

            if (error is not null)
            {
                await link.BreakAsync(error).ConfigureAwait(false);
            }
        }
    }

    private static (Verdict Verdict, JsonException? Error) Take(Track track, WireEvent said, List<ChannelItem> items)
    {
        try
        {
            return (track.Take(said, items), null);
        }
        catch (JsonException error)
        {
            return (Verdict.Continue, error);
        }
    }
}
