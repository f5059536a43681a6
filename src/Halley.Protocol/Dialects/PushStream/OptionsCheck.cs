using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// Finds what is wrong with options that a server is not to start with, in sentences that name nginx's directives.
/// </summary>
public static class OptionsCheck
{
    public static IEnumerable<string> Mistakes(PushStreamOptions options)
    {
        foreach (var mistake in PushStreamTable.All.SelectMany(option => option.Mistakes(options, null)))
        {
            yield return mistake;
        }

        if (options.ChannelDeletedMessageText.Length == 0)
        {
            yield return "channel_deleted_message_text is empty; it wants a text";
        }

        if (options.MaxNumberOfWildcardChannels != PushStreamOptions.Unlimited
            && options.WildcardChannelPrefix.Length == 0)
        {
            yield return WithoutPrefix("max_number_of_wildcard_channels");
        }

        if (options.EventsChannelId is "ALL" || options.EventsChannelId.AsSpan().ContainsAny('*', '/'))
        {
            yield return $"events_channel_id is \"{options.EventsChannelId}\"; it wants a name other than ALL, "
                + "without * and /";
        }
    }

    /// <param name="location">Where the endpoint is.</param>
    public static IEnumerable<string> Mistakes(EndpointOptions endpoint, Location location, PushStreamOptions options)
    {
        if (string.IsNullOrEmpty(endpoint.ChannelsPath))
        {
            yield return "channels_path is missing; it wants where the channels' ids stand, such as $arg_id or $1";
        }

        foreach (var mistake in EndpointTable.All.SelectMany(option => option.Mistakes(endpoint, location)))
        {
            yield return mistake;
        }

        if (endpoint.WildcardChannelMaxQtd is { } wildcards)
        {
            if (options.WildcardChannelPrefix.Length == 0)
            {
                yield return WithoutPrefix("wildcard_channel_max_qtd");
            }

            if (options.MaxNumberOfWildcardChannels < wildcards)
            {
                yield return $"max_number_of_wildcard_channels is {options.MaxNumberOfWildcardChannels}, "
                    + $"less than wildcard_channel_max_qtd, {wildcards}; it wants at least as many";
            }
        }

        if (!PaddingRules.TryParse(endpoint.PaddingByUserAgent, out _, out var wrong))
        {
            yield return $"padding_by_user_agent: {wrong}";
        }

        foreach (var mistake in endpoint.If.SelectMany(conditional => Mistakes(conditional, location)))
        {
            yield return mistake;
        }
    }

    private static IEnumerable<string> Mistakes(ConditionalOptions conditional, Location location)
    {
        if (!Condition.TryParse(conditional.When, location, out _, out var error))
        {
            yield return $"when: {error}";
        }

        if (conditional.ChannelsPath is "")
        {
            yield return "channels_path is empty; it wants where the channels' ids stand, such as $arg_id or $1";
        }

        foreach (var mistake in ChoiceOptions.Table.SelectMany(option => option.Mistakes(conditional, location)))
        {
            yield return mistake;
        }
    }

    private static string WithoutPrefix(string name) =>
        $"{name} is set, and wildcard_channel_prefix is not; it wants what the ids of those channels begin with";
}
