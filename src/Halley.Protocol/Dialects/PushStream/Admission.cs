namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Whether a subscriber may have the channels it names; asked before any of them is created, in the original's order.</summary>
internal readonly struct Admission(ChannelDirectory channels, EndpointOptions endpoint)
{
    /// <returns>Why not; null where it may.</returns>
    public Refusal? Check(ChannelPath named, bool allowsEvents)
    {
        if (named.Count == 0)
        {
            return Refusal.NoChannel;
        }

        var wildcards = 0;
        foreach (var channel in named)
        {
            var isWildcard = channels.IsWildcard(channel.Id);
            wildcards += isWildcard ? 1 : 0;
            if (channels.Check(channel) is { } refusal)
            {
                return refusal;
            }

            var found = channels.Find(channel.Id);
            if (endpoint.AuthorizedChannelsOnly && !isWildcard && found is not { StoredCount: > 0 })
            {
                return Refusal.NotAuthorized;
            }

            if (found is not null && found.SubscriberCount >= channels.Options.MaxSubscribersPerChannel)
            {
                return Refusal.TooManySubscribers;
            }

            if (!allowsEvents && channels.IsEvents(channel.Id))
            {
                return Refusal.NoEvents;
            }
        }

        // Where their number matters, there is to be another one among them.
        return MostWildcards is { } most && wildcards > 0 && (wildcards > most || wildcards == named.Count) ? Refusal.TooManyWildcards : null;
    }

    private int? MostWildcards => endpoint.WildcardChannelMaxQtd
        ?? (channels.Options.MaxNumberOfWildcardChannels < PushStreamOptions.Unlimited ? channels.Options.MaxNumberOfWildcardChannels : null);
}
