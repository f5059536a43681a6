using Halley.Channels;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Whether a subscriber may have the channels it names; asked before any of them is created, in the original's order.
/// </summary>
internal readonly struct ChannelChecks(ChannelDirectory channels, EndpointOptions endpoint)
{
    /// <param name="refusal">Why not; null where it may, or where the request is postponed.</param>
    /// <returns>True where it may.</returns>
    public bool TryPass(ChannelPath named, bool allowsEvents, IExchange exchange, out Refusal? refusal)
    {
        refusal = named.Count == 0 ? Refusals.NoChannel : null;
        if (refusal is not null)
        {
            return false;
        }

        var wildcards = 0;
        foreach (var channel in named)
        {
            var isWildcard = channels.IsWildcard(channel.Id);
            wildcards += isWildcard ? 1 : 0;
            ChannelState? found = null;
            refusal = channels.Check(channel);
            if (refusal is null && AsksForState
                && !exchange.TryRecall(channel.Id, out found)
                && !exchange.TryAwait(channel.Id, channels.Info(channel.Id), out found))
            {
                return false;
            }

            refusal ??= endpoint.AuthorizedChannelsOnly && !isWildcard && found is not { Stored: > 0 }
                ? Refusals.NotAuthorized
                : found?.Subscribers >= channels.Options.MaxSubscribersPerChannel ? Refusals.TooManySubscribers
                : !allowsEvents && channels.IsEvents(channel.Id) ? Refusals.NoEvents
                : null;
            if (refusal is not null)
            {
                return false;
            }
        }

        // Where their number matters, there is to be another one among them.
        refusal = MostWildcards is { } most && wildcards > 0 && (wildcards > most || wildcards == named.Count)
            ? Refusals.TooManyWildcards
            : null;
        return refusal is null;
    }

    private bool AsksForState =>
        endpoint.AuthorizedChannelsOnly || channels.Options.MaxSubscribersPerChannel < PushStreamOptions.Unlimited;

    private int? MostWildcards => endpoint.WildcardChannelMaxQtd
        ?? (
            channels.Options.MaxNumberOfWildcardChannels < PushStreamOptions.Unlimited
                ? channels.Options.MaxNumberOfWildcardChannels
                : null);
}
