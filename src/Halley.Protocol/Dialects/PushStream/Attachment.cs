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

    private readonly List<AttachResult> _results = [];

    /// <summary>How each channel was attached, in the order named.</summary>
    public IReadOnlyList<AttachResult> Results => _results;

    /// <param name="onlyToWait">Do not attach where there is something to tell now; see <see cref="AttachOptions.OnlyToWait"/>. The others are attached all the same.</param>
    /// <param name="attachment">To be cleared after use: it may hold on to many messages.</param>
    /// <param name="refusal">Why it cannot be; null where it was done, or where the request is postponed.</param>
    /// <returns>True where it was done.</returns>
    public static bool TryAttach(
        ChannelPath named,
        ResumePoint resume,
        bool onlyToWait,
        ChannelDirectory channels,
        IExchange exchange,
        out Attachment attachment,
        out Refusal? refusal)
    {
        refusal = null;
        attachment = Own ??= new Attachment();
        attachment.Clear();

        // All are there before one is attached to: who listens to the events channel too is not told that the others were created for it.
        if (named.Count > 1 && !AreAllThere(named, channels, exchange, out refusal))
        {
            return false;
        }

        foreach (var channel in named)
        {
            // The connection itself for the first, so that who has one channel has one object.
            var subscription = attachment._results.Count == 0 ? exchange.Subscription : exchange.AddSubscription();
            var result = channels.Attach(channel.Id, named.Creator, subscription, resume.ReplayFor(channel), onlyToWait, exchange);
            refusal = RefusalFor(result.Status);
            if (refusal is not null || result.Status == AttachStatus.Pending)
            {
                return false;
            }

            attachment._results.Add(result);
        }

        return true;
    }

    /// <summary>The same for one who asks to be told where it stands, in one channel.</summary>
    public static bool TryAttachAt(
        StreamPosition place,
        ChannelPath named,
        bool onlyToWait,
        ChannelDirectory channels,
        IExchange exchange,
        out AttachResult result,
        out Refusal? refusal)
    {
        result = default;
        refusal = named.Count > 1 ? Refusal.SeveralWithEpoch : null;
        if (refusal is not null || !TryAttach(named, ResumePoint.At(place), onlyToWait, channels, exchange, out var attachment, out refusal))
        {
            return false;
        }

        result = attachment.Results[0];
        attachment.Clear();
        return true;
    }

    /// <summary>Why a subscriber is not attached; null where it is, or where its request is postponed.</summary>
    public static Refusal? RefusalFor(AttachStatus status) => status switch
    {
        AttachStatus.TooManySubscribers => Refusal.TooManySubscribers,
        AttachStatus.TooManyChannels => Refusal.TooManyChannels,
        _ => null,
    };

    /// <summary>Whether the request waits in every channel: in none there was anything to tell.</summary>
    public bool IsWhole => _results.TrueForAll(static result => result.Status == AttachStatus.Attached);

    /// <summary>Writes what was missed in each channel, one after the other, and forgets it.</summary>
    public void WriteMissed(TransportFormat format, Framing framing, ByteBuffer output)
    {
        foreach (var result in _results)
        {
            foreach (var message in result.Missed)
            {
                format.WriteMessage(result.Channel!.Identity, message, framing, output);
            }
        }

        Clear();
    }

    public void Clear() => _results.Clear();

    private static bool AreAllThere(ChannelPath named, ChannelDirectory channels, IExchange exchange, out Refusal? refusal)
    {
        refusal = null;
        foreach (var channel in named)
        {
            var status = channels.Read(channel.Id, named.Creator, exchange).Status;
            refusal = RefusalFor(status);
            if (refusal is not null || status == AttachStatus.Pending)
            {
                return false;
            }
        }

        return true;
    }
}
