using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.PushStream.PushStreamOptions>;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The options of the whole server. Their names are those of nginx-push-stream-module's directives, without
/// <c>push_stream_</c>.
/// </summary>
public static class PushStreamTable
{
    public static IReadOnlyList<Option<PushStreamOptions>> All { get; } =
    [
        Seconds(
            "message_ttl",
            "Seconds that a stored message is kept.",
            o => o.MessageTtl,
            (o, time) => o.MessageTtl = time) with { OtherNames = ["min_message_buffer_timeout"] },
        Number(
            "max_messages_stored_per_channel",
            "How many messages a channel stores; the oldest make room.",
            o => o.MaxMessagesStoredPerChannel,
            (o, number) => o.MaxMessagesStoredPerChannel = number) with { OtherNames = ["max_message_buffer_length"] },
        Number(
            "max_subscribers_per_channel",
            "How many subscriptions a channel may have; 403 beyond.",
            o => o.MaxSubscribersPerChannel,
            (o, number) => o.MaxSubscribersPerChannel = number),
        Number(
            "max_channel_id_length",
            "Bytes that the id of a channel may have; 400 beyond. The module has no limit, and any subscriber "
                + "creates channels.",
            o => o.MaxChannelIdLength,
            (o, number) => o.MaxChannelIdLength = number),
        Number(
            "max_channels_per_request",
            "How many channels one request may name; 400 beyond.",
            o => o.MaxChannelsPerRequest,
            (o, number) => o.MaxChannelsPerRequest = number) with { IsOurs = true },
        Number(
            "max_number_of_channels",
            "How many channels there may be; 403 beyond. Wildcard channels do not count.",
            o => o.MaxNumberOfChannels,
            (o, number) => o.MaxNumberOfChannels = number),
        Number(
            "max_number_of_wildcard_channels",
            "How many wildcard channels there may be; 403 beyond.",
            o => o.MaxNumberOfWildcardChannels,
            (o, number) =>
                o.MaxNumberOfWildcardChannels = number) with { OtherNames = ["max_number_of_broadcast_channels"] },
        Text(
            "wildcard_channel_prefix",
            "What the ids of wildcard channels begin with; without it there are none.",
            o => o.WildcardChannelPrefix,
            (o, text) => o.WildcardChannelPrefix = text) with { OtherNames = ["broadcast_channel_prefix"] },
        Seconds(
            "channel_inactivity_time",
            "Seconds that a channel of push-stream's is kept after its last use, without messages and subscribers.",
            o => o.ChannelInactivityTime,
            (o, time) => o.ChannelInactivityTime = time),
        Text(
            "channel_deleted_message_text",
            "What the subscribers of a deleted channel are told, unless the DELETE has a text.",
            o => o.ChannelDeletedMessageText,
            (o, text) => o.ChannelDeletedMessageText = text),
        Text(
            "ping_message_text",
            "What a ping says to streaming subscribers.",
            o => o.PingMessageText,
            (o, text) => o.PingMessageText = text),
        Switch(
            "timeout_with_body",
            "Whether a long poll whose time is up gets a message with 200, rather than 304.",
            o => o.TimeoutWithBody,
            (o, isOn) => o.TimeoutWithBody = isOn),
        Text(
            "events_channel_id",
            "The channel that tells of channels and subscribers as they come and go; without a name there is none.",
            o => o.EventsChannelId,
            (o, text) => o.EventsChannelId = text) with { Wants = "the name of a channel" },
        Bytes(
            "shared_memory_size",
            "Bytes of all stored messages, and for each 128 of them one message at most; publishing beyond gets "
                + "500. Nothing is reserved. The events channel stores 100,000 messages at most.",
            o => o.SharedMemorySize,
            (o, bytes) => o.SharedMemorySize = bytes) with { OtherNames = ["max_reserved_memory"] },
    ];
}
