using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>What is wrong with options, in sentences that name nginx's directives: a server with such options is not to start.</summary>
public static class OptionsCheck
{
    public static IEnumerable<string> Mistakes(PushStreamOptions options)
    {
        foreach (var (name, value) in new (string, long)[]
        {
            ("message_ttl", (long)options.MessageTtl.TotalSeconds),
            ("max_messages_stored_per_channel", options.MaxMessagesStoredPerChannel),
            ("max_subscribers_per_channel", options.MaxSubscribersPerChannel),
            ("max_channel_id_length", options.MaxChannelIdLength),
            ("max_number_of_channels", options.MaxNumberOfChannels),
            ("max_number_of_wildcard_channels", options.MaxNumberOfWildcardChannels),
            ("channel_inactivity_time", (long)options.ChannelInactivityTime.TotalSeconds),
            ("shared_memory_size", options.SharedMemorySize),
            ("max_channels_per_request", options.MaxChannelsPerRequest),
        })
        {
            if (value <= 0)
            {
                yield return $"{name} is {value}; it wants at least 1";
            }
        }

        if (options.ChannelDeletedMessageText.Length == 0)
        {
            yield return "channel_deleted_message_text is empty; it wants a text";
        }

        if (options.MaxNumberOfWildcardChannels != PushStreamOptions.Unlimited && options.WildcardChannelPrefix.Length == 0)
        {
            yield return "max_number_of_wildcard_channels is set, and wildcard_channel_prefix is not; it wants what the ids of those channels begin with";
        }

        if (options.EventsChannelId is "ALL" || options.EventsChannelId.AsSpan().ContainsAny('*', '/'))
        {
            yield return $"events_channel_id is \"{options.EventsChannelId}\"; it wants a name other than ALL, without * and /";
        }
    }

    /// <param name="location">Where the endpoint is.</param>
    public static IEnumerable<string> Mistakes(EndpointOptions endpoint, Location location, PushStreamOptions options)
    {
        if (endpoint.ChannelsPath.Length == 0)
        {
            yield return "channels_path is missing; it wants where the channels' ids stand, such as $arg_id or $1";
        }

        if (endpoint.MessageTemplate.Length == 0)
        {
            yield return "message_template is empty; it wants a text such as ~text~";
        }

        foreach (var (name, value) in new[]
        {
            ("ping_message_interval", endpoint.PingMessageInterval),
            ("subscriber_connection_ttl", endpoint.SubscriberConnectionTtl),
            ("longpolling_connection_ttl", endpoint.LongpollingConnectionTtl),
        })
        {
            if (value <= TimeSpan.Zero)
            {
                yield return $"{name} is 0; it wants more, or to be left out";
            }
        }

        if (endpoint.WildcardChannelMaxQtd is { } wildcards)
        {
            if (wildcards <= 0)
            {
                yield return "wildcard_channel_max_qtd is 0; it wants at least 1, or to be left out";
            }

            if (options.WildcardChannelPrefix.Length == 0)
            {
                yield return "wildcard_channel_max_qtd is set, and wildcard_channel_prefix is not; it wants what the ids of those channels begin with";
            }

            if (options.MaxNumberOfWildcardChannels < wildcards)
            {
                yield return $"max_number_of_wildcard_channels is {options.MaxNumberOfWildcardChannels}, less than wildcard_channel_max_qtd, {wildcards}; it wants at least as many";
            }
        }

        foreach (var (name, text) in Expressions(endpoint))
        {
            if (text is not null && !Expression.TryParse(text, location, out _, out var error))
            {
                yield return $"{name}: {error}";
            }
        }

        if (!PaddingRules.TryParse(endpoint.PaddingByUserAgent, out _, out var wrong))
        {
            yield return $"padding_by_user_agent: {wrong}";
        }

        foreach (var conditional in endpoint.If)
        {
            if (!Condition.TryParse(conditional.When, location, out _, out var error))
            {
                yield return $"when: {error}";
            }

            if (conditional.ChannelsPath is "")
            {
                yield return "channels_path is empty; it wants where the channels' ids stand, such as $arg_id or $1";
            }
        }
    }

    private static IEnumerable<(string Name, string? Text)> Expressions(EndpointOptions endpoint) =>
    [
        ("channels_path", endpoint.ChannelsPath),
        ("last_received_message_time", endpoint.LastReceivedMessageTime),
        ("last_received_message_tag", endpoint.LastReceivedMessageTag),
        ("last_event_id", endpoint.LastEventId),
        ("user_agent", endpoint.UserAgent),
        ("allowed_origins", endpoint.AllowedOrigins),
        .. endpoint.If.SelectMany(conditional => new[]
        {
            ("channels_path", conditional.ChannelsPath),
            ("last_received_message_time", conditional.LastReceivedMessageTime),
            ("last_received_message_tag", conditional.LastReceivedMessageTag),
            ("last_event_id", conditional.LastEventId),
        }),
    ];
}
