using System.Globalization;
using Halley.Protocol.Backends;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>What is wrong with a location's options, in sentences that name nchan's directives: a server with such options is not to start.</summary>
public static class NchanOptionsCheck
{
    private const int MostBuffered = 10_000_000;

    public static IEnumerable<string> Mistakes(NchanOptions options, Location location) =>
        options.Kind == NchanKind.Group
            ? [.. GroupMistakes(options), .. HookMistakes(options, location), .. ExpressionMistakes(options, location)]
            : [.. ChannelMistakes(options), .. SubscriberMistakes(options), .. HookMistakes(options, location), .. ExpressionMistakes(options, location)];

    private static IEnumerable<string> GroupMistakes(NchanOptions options)
    {
        if (options.ChannelGroup.Length == 0)
        {
            yield return "nchan_channel_group is missing; a group's location wants where the group's name stands, such as $arg_group or $1";
        }

        if (options.PublisherUpstreamRequest.Length > 0)
        {
            yield return "nchan_publisher_upstream_request stands at a group's location, where nothing is published; leave it out";
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
            yield return "nchan_publisher is websocket; over WebSockets alone one publishes at an nchan_pubsub location, whose clients subscribe too";
        }

        if (options.MessageBufferLength is < 0 or > MostBuffered)
        {
            yield return $"nchan_message_buffer_length is {options.MessageBufferLength}; it wants 0 to {MostBuffered}";
        }

        if (options.MaxChannelIdLength < 1)
        {
            yield return $"nchan_max_channel_id_length is {options.MaxChannelIdLength}; it wants at least 1";
        }

        foreach (var (name, text) in Limits(options))
        {
            if (text.Length > 0 && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) || options.ChannelGroup.Length == 0))
            {
                yield return $"{name} is \"{text}\"; beside nchan_channel_group it wants a whole number, 0 for no limit";
            }
        }

        if (options.Kind == NchanKind.Subscriber && options.PublisherUpstreamRequest.Length > 0)
        {
            yield return "nchan_publisher_upstream_request stands at a subscriber's location, where nothing is published; leave it out";
        }
    }

    private static IEnumerable<string> SubscriberMistakes(NchanOptions options)
    {
        if (options.Kind == NchanKind.Publisher)
        {
            yield break;
        }

        if (options.Transports == NchanTransport.None)
        {
            yield return $"nchan_subscriber names no transport; there are {string.Join(", ", NchanTransports.Names.Keys)}";
        }

        if (SubscriberEndpoint.FirstOf(options.SubscriberFirstMessage) is null)
        {
            yield return $"nchan_subscriber_first_message is \"{options.SubscriberFirstMessage}\"; it wants oldest, newest, a number such as 3, or one such as -3 that counts from the newest";
        }

        foreach (var (name, text) in new[]
        {
            ("nchan_eventsource_ping_comment", options.EventsourcePingComment),
            ("nchan_eventsource_ping_event", options.EventsourcePingEvent),
            ("nchan_eventsource_ping_data", options.EventsourcePingData),
            ("nchan_eventsource_event", options.EventsourceEvent),
        })
        {
            if (text.AsSpan().ContainsAny('\r', '\n'))
            {
                yield return $"{name} has a line end in it; it wants a single line";
            }
        }
    }

    private static IEnumerable<string> HookMistakes(NchanOptions options, Location location)
    {
        foreach (var (name, text) in new[]
        {
            ("nchan_authorize_request", options.AuthorizeRequest),
            ("nchan_publisher_upstream_request", options.PublisherUpstreamRequest),
        })
        {
            if (text.Length > 0 && !BackendAddress.TryParse(text, location, out _, out var error))
            {
                yield return $"{name}: {error}";
            }
        }

        if (options.AllowOnAuthorizeFailure && options.AuthorizeRequest.Length == 0)
        {
            yield return "authorize_failure is allow, and there is no nchan_authorize_request; leave it out";
        }

        if (options.PublishOnUpstreamFailure && options.PublisherUpstreamRequest.Length == 0)
        {
            yield return "upstream_failure is publish, and there is no nchan_publisher_upstream_request; leave it out";
        }

        foreach (var origin in options.AllowOrigin)
        {
            var isOrigin = origin is "*" or "null"
                || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && origin.Contains("://", StringComparison.Ordinal) && !origin.EndsWith('/') && uri.PathAndQuery == "/");
            if (!isOrigin || origin.Any(c => c is <= ' ' or > '~'))
            {
                yield return $"nchan_access_control_allow_origin has \"{origin}\"; it wants origins such as https://example.com, or *";
            }
        }
    }

    private static IEnumerable<string> ExpressionMistakes(NchanOptions options, Location location)
    {
        (string, string)[] expressions =
        [
            .. options.ChannelId.Select(text => ("nchan_channel_id", text)),
            .. options.PublisherChannelId.Select(text => ("nchan_publisher_channel_id", text)),
            .. options.SubscriberChannelId.Select(text => ("nchan_subscriber_channel_id", text)),
            ("nchan_channel_group", options.ChannelGroup),
            .. Limits(options),
        ];
        foreach (var (name, text) in expressions)
        {
            if (!Expression.TryParse(text, location, out _, out var error))
            {
                yield return $"{name}: {error}";
            }
        }
    }

    private static (string Name, string Text)[] Limits(NchanOptions options) =>
    [
        ("nchan_group_max_channels", options.GroupMaxChannels),
        ("nchan_group_max_subscribers", options.GroupMaxSubscribers),
        ("nchan_group_max_messages", options.GroupMaxMessages),
        ("nchan_group_max_messages_memory", options.GroupMaxMessagesMemory),
    ];
}
