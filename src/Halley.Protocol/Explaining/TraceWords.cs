using System.Globalization;
using System.Text;
using Halley.Channels;
using Halley.Protocol.Positions;

namespace Halley.Protocol.Explaining;

/// <summary>The words for what happens to a watched connection, and for why it ends.</summary>
internal static class TraceWords
{
    /// <summary>From here on it is watched.</summary>
    public const string Watched = "watched";

    /// <summary>The place that the client asked for.</summary>
    public const string Asked = "asked";

    /// <summary>The server's word about that place.</summary>
    public const string Told = "told";

    /// <summary>Messages that it wanted, and that there are no more.</summary>
    public const string Lost = "lost";

    /// <summary>It was given what it missed.</summary>
    public const string Replayed = "replayed";

    /// <summary>It was not let in.</summary>
    public const string Refused = "refused";

    /// <summary>A message was written to it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It does not take what is sent.</summary>
    public const string Waits = "waits";

    /// <summary>It has taken what waited.</summary>
    public const string Taken = "taken";

    /// <summary>Something was not given to it.</summary>
    public const string Dropped = "dropped";

    /// <summary>Its answer, or its connection, is over.</summary>
    public const string Ended = "ended";

    /// <summary>A reason, to stand behind a colon.</summary>
    public static string Of(CloseReason reason) => reason switch
    {
        CloseReason.Done => "the answer was complete, and the client wanted no other",
        CloseReason.ClientGone => "the client closed it, or its network did",
        CloseReason.ChannelClosed => "a publisher closed the channel",
        CloseReason.Interrupted => "the channel cannot be followed without a hole, so clients come back and are told",
        CloseReason.TooSlow => "the client was too slow; it may come back and ask for what it missed",
        CloseReason.TimedOut => "the client was silent for too long",
        CloseReason.Expired => "the answer was held for as long as it may be",
        CloseReason.PermissionEnded => "its permission ended: a token expired or was revoked, or an operator ended it",
        CloseReason.BadRequest => "the client sent something that is not HTTP",
        CloseReason.Shutdown => "the server stopped",
        CloseReason.Draining => "the server is to stop, and tells clients to come back",
        _ => "a bug of the server; its log says more",
    };

    /// <summary>The protocol's word for why messages, or a place, are there no more.</summary>
    public static string Of(LossReason reason) => Encoding.ASCII.GetString(PositionJson.NameOf(reason));

    /// <summary>Says what a client is told of its place in a channel.</summary>
    public static string Of(in PositionNotice notice, string channel) => notice.Kind switch
    {
        PositionNoticeKind.Exact => "exact: nothing is missing.",
        PositionNoticeKind.Gap => string.Create(
            CultureInfo.InvariantCulture,
            $"gap: messages {notice.From} to {notice.To} are there no more ({Of(notice.Reason)})."),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{ResetOf(channel)}{WhyReset(notice.Reason)}. It goes on with {notice.Next}."),
    };

    /// <summary>The newest reset among the events of a client in a channel; null where there was none.</summary>
    public static string? NewestReset(IReadOnlyList<TraceEvent> events, string channel) =>
        events.LastOrDefault(happened => happened.Event == Told
            && happened.Text.StartsWith(ResetOf(channel), StringComparison.Ordinal))?.Text;

    private static string ResetOf(string channel) => $"reset of {channel} ";

    private static string WhyReset(LossReason reason) => reason switch
    {
        LossReason.Epoch =>
            "(epoch): the channel began anew: it was closed, forgotten after front.channel_timeout, or the server "
                + "started again without a storage",
        _ => $"({Of(reason)}): the channel has not come as far as the place that it came with",
    };
}
