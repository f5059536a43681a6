using Halley.Channels;
using Halley.Protocol.Answers;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Attaches one request to the channels it names.</summary>
internal static class Attachment
{
    /// <param name="onlyToWait">
    /// Do not attach where there is something to tell now; see <see cref="AttachOptions.OnlyToWait"/>. The others are
    /// attached all the same.
    /// </param>
    /// <param name="attached">To be cleared after use: it may hold on to many messages.</param>
    /// <param name="refusal">Why it cannot be; null where it was done, or where the request is postponed.</param>
    /// <returns>True where it was done.</returns>
    public static bool TryAttach(
        ChannelPath named,
        ResumePoint resume,
        bool onlyToWait,
        ChannelDirectory channels,
        IExchange exchange,
        out Attachments attached,
        out Refusal? refusal)
    {
        refusal = null;
        attached = Attachments.Begin();

        // All are there before one is attached to: who listens to the events channel too is not told that the others
        // were created for it.
        if (named.Count > 1 && !AreAllThere(named, channels, exchange, out refusal))
        {
            return false;
        }

        foreach (var channel in named)
        {
            var result = channels.Attach(
                channel.Id, named.Creator, attached.Next(exchange), resume.ReplayFor(channel), onlyToWait, exchange);
            refusal = RefusalFor(result.Status);
            if (refusal is not null || result.Status == AttachStatus.Pending)
            {
                return false;
            }

            attached.Add(result);
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
        refusal = named.Count > 1 ? Refusals.SeveralWithEpoch : null;
        if (refusal is not null
            || !TryAttach(named, ResumePoint.At(place), onlyToWait, channels, exchange, out var attached, out refusal))
        {
            return false;
        }

        result = attached.Results[0];
        attached.Clear();
        return true;
    }

    /// <summary>Finds why a subscriber is not attached; null where it is, or where its request is postponed.</summary>
    public static Refusal? RefusalFor(AttachStatus status) => status switch
    {
        AttachStatus.TooManySubscribers => Refusals.TooManySubscribers,
        AttachStatus.TooManyChannels => Refusals.TooManyChannels,
        _ => null,
    };

    private static bool AreAllThere(
        ChannelPath named, ChannelDirectory channels, IExchange exchange, out Refusal? refusal)
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
