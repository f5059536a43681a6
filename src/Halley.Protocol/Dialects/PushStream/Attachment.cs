using Halley.Channels;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Attaches one request to all the channels it names. Where that cannot be, what was attached is let go with the refusal, as with every answer.</summary>
internal readonly struct Attachment(ChannelDirectory channels, IExchange exchange)
{
    /// <param name="onlyToWait">Do not attach where there is something to tell now; see <see cref="Channel.Attach"/>. The others are attached all the same.</param>
    /// <param name="attached">The channels in the order named, and how each was attached.</param>
    /// <returns>Why it cannot be; null where it was done.</returns>
    public Refusal? TryAttach(List<NamedChannel> named, ResumePoint resume, bool onlyToWait, out List<(Channel Channel, AttachResult Result)> attached)
    {
        attached = new List<(Channel, AttachResult)>(named.Count);
        foreach (var channel in named)
        {
            // The connection itself for the first, so that who has one channel has one object.
            var subscription = attached.Count == 0 ? exchange.Subscription : exchange.AddSubscription();
            if (Attach(channel, resume.ReplayFor(channel), subscription, onlyToWait, attached) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private Refusal? Attach(
        in NamedChannel named, in Replay replay, Subscription subscription, bool onlyToWait, List<(Channel Channel, AttachResult Result)> attached)
    {
        // Again where the channel was closed between finding it and attaching: the next one found is new.
        while (channels.FindOrCreate(named.Id) is { } channel)
        {
            var result = channel.Attach(subscription, exchange.Dispatcher, replay, onlyToWait);
            switch (result.Status)
            {
                case AttachStatus.ChannelClosed:
                    break;
                case AttachStatus.TooManySubscribers:
                    return Refusal.TooManySubscribers;
                default:
                    attached.Add((channel, result));
                    return null;
            }
        }

        return Refusal.TooManyChannels;
    }
}
