using System.Globalization;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// Finds what is wrong with options that a server is not to start with, in sentences that name nchan's directives.
/// </summary>
public static class NchanOptionsCheck
{
    public static IEnumerable<string> Mistakes(NchanOptions options, Location location) =>
    [
        .. options.Kind == NchanKind.Group ? GroupMistakes(options) : ChannelMistakes(options),
        .. NchanTable.All.SelectMany(option => option.Mistakes(options, location)),
        .. HookMistakes(options),
    ];

    private static IEnumerable<string> GroupMistakes(NchanOptions options)
    {
        if (options.ChannelGroup.Length == 0)
        {
            yield return "nchan_channel_group is missing; a group's location wants where the group's name stands, "
                + "such as $arg_group or $1";
        }
    }

    private static IEnumerable<string> ChannelMistakes(NchanOptions options)
    {
        var (publisher, subscriber) = (options.PublisherChannelId, options.SubscriberChannelId);
        if ((options.Kind != NchanKind.Subscriber && options.ChannelId.Count + publisher.Count == 0)
            || (options.Kind != NchanKind.Publisher && options.ChannelId.Count + subscriber.Count == 0))
        {
            yield return "nchan_channel_id is missing; it wants where the channels' ids stand, such as $arg_id or $1";
        }

        if (!options.PublishesByHttp && options.Kind != NchanKind.Pubsub)
        {
            yield return "nchan_publisher is websocket; over WebSockets alone one publishes at an nchan_pubsub "
                + "location, whose clients subscribe too";
        }

        if (options.Transports == NchanTransport.None && options.Kind != NchanKind.Publisher)
        {
            var known = string.Join(", ", NchanTransports.Names.Keys);
            yield return $"nchan_subscriber names no transport; there are {known}";
        }

        foreach (var option in NchanTable.Limits)
        {
            if (option.Get(options) is [var text] && (options.ChannelGroup.Length == 0 || !IsNumber(text)))
            {
                yield return $"{option.Name} is \"{text}\"; beside nchan_channel_group it wants a whole number, 0 "
                    + "for no limit";
            }
        }
    }

    private static IEnumerable<string> HookMistakes(NchanOptions options)
    {
        if (options.Kind is NchanKind.Group or NchanKind.Subscriber && options.PublisherUpstreamRequest.Length > 0)
        {
            var whose = options.Kind == NchanKind.Group ? "group" : "subscriber";
            yield return $"nchan_publisher_upstream_request stands at a {whose}'s location, where nothing is "
                + "published; leave it out";
        }

        if (options.AllowOnAuthorizeFailure && options.AuthorizeRequest.Length == 0)
        {
            yield return "authorize_failure is allow, and there is no nchan_authorize_request; leave it out";
        }

        if (options.PublishOnUpstreamFailure && options.PublisherUpstreamRequest.Length == 0)
        {
            yield return "upstream_failure is publish, and there is no nchan_publisher_upstream_request; leave it out";
        }
    }

    private static bool IsNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
