using Halley.Access;
using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// How one request was attached to the channels it names: to all of them, or where that cannot be, to none, since what was attached is let go with the
/// refusal, as with every answer. A thread has one of these and fills it anew.
/// </summary>
internal sealed class Attachment
{
    [ThreadStatic]
    private static Attachment? Own;

    private readonly List<(Channel Channel, AttachResult Result)> _results = [];

    /// <summary>The channels in the order named, and how each was attached.</summary>
    public IReadOnlyList<(Channel Channel, AttachResult Result)> Results => _results;

    /// <param name="onlyToWait">Do not attach where there is something to tell now; see <see cref="Channel.Attach"/>. The others are attached all the same.</param>
    /// <param name="attachment">To be cleared after use: it may hold on to many messages.</param>
    /// <returns>Why it cannot be; null where it was done.</returns>
    public static Refusal? TryAttach(
        ChannelPath named, ResumePoint resume, bool onlyToWait, ChannelDirectory channels, IExchange exchange, out Attachment attachment)
    {
        attachment = Own ??= new Attachment();
        attachment.Clear();

        // All are there before one is attached to: who listens to the events channel too is not told that the others were created for it.
        if (named.Count > 1)
        {
            foreach (var channel in named)
            {
                if (channels.FindOrCreate(channel.Id, named.Creator) is null)
                {
                    return Refusal.TooManyChannels;
                }
            }
        }

        foreach (var channel in named)
        {
            // The connection itself for the first, so that who has one channel has one object.
            var subscription = attachment._results.Count == 0 ? exchange.Subscription : exchange.AddSubscription();
            if (attachment.Attach(channel, named.Creator, resume.ReplayFor(channel), subscription, onlyToWait, channels, exchange) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>The same for one who asks to be told where it stands, in one channel.</summary>
    public static Refusal? TryAttachAt(
        StreamPosition place,
        ChannelPath named,
        bool onlyToWait,
        ChannelDirectory channels,
        IExchange exchange,
        out Channel? channel,
        out AttachResult result)
    {
        (channel, result) = (null, default);
        if (named.Count > 1)
        {
            return Refusal.SeveralWithEpoch;
        }

        var refusal = TryAttach(named, ResumePoint.At(place), onlyToWait, channels, exchange, out var attachment);
        if (refusal is null)
        {
            (channel, result) = attachment.Results[0];
        }

        attachment.Clear();
        return refusal;
    }

    /// <summary>Whether the request waits in every channel: in none there was anything to tell.</summary>
    public bool IsWhole => _results.TrueForAll(static pair => pair.Result.Status == AttachStatus.Attached);

    /// <summary>Writes what was missed in each channel, one after the other, and forgets it.</summary>
    public void WriteMissed(TransportFormat format, Framing framing, ByteBuffer output)
    {
        foreach (var (channel, result) in _results)
        {
            foreach (var message in result.Missed)
            {
                format.WriteMessage(channel.Identity, message, framing, output);
            }
        }

        Clear();
    }

    public void Clear() => _results.Clear();

    private Refusal? Attach(
        NamedChannel named, ClientBlock creator, in Replay replay, Subscription subscription, bool onlyToWait, ChannelDirectory channels, IExchange exchange)
    {
        // Again where the channel was closed between finding it and attaching: the next one found is new.
        while (channels.FindOrCreate(named.Id, creator) is { } channel)
        {
            var result = channel.Attach(subscription, exchange.Dispatcher, replay, onlyToWait);
            switch (result.Status)
            {
                case AttachStatus.ChannelClosed:
                    break;
                case AttachStatus.TooManySubscribers:
                    return Refusal.TooManySubscribers;
                default:
                    _results.Add((channel, result));
                    return null;
            }
        }

        return Refusal.TooManyChannels;
    }
}
