using Halley.Protocol.Dialects.PushStream;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>What is chosen about push-stream for the whole server, in the file's units: whole seconds and bytes. Its endpoints stand under listeners.</summary>
internal sealed class PushStreamSection
{
    /// <summary>Seconds a stored message is kept. Default 1,800.</summary>
    [ConfigurationKeyName("message_ttl")]
    public int MessageTtl { get; set; } = 1800;

    /// <summary>Default 10 million.</summary>
    [ConfigurationKeyName("max_messages_stored_per_channel")]
    public int MaxMessagesStoredPerChannel { get; set; } = PushStreamOptions.Unlimited;

    /// <summary>Default 10 million.</summary>
    [ConfigurationKeyName("max_subscribers_per_channel")]
    public int MaxSubscribersPerChannel { get; set; } = PushStreamOptions.Unlimited;

    /// <summary>Bytes. Default 255.</summary>
    [ConfigurationKeyName("max_channel_id_length")]
    public int MaxChannelIdLength { get; set; } = 255;

    /// <summary>Default 1,000.</summary>
    [ConfigurationKeyName("max_channels_per_request")]
    public int MaxChannelsPerRequest { get; set; } = 1000;

    /// <summary>Default 10 million.</summary>
    [ConfigurationKeyName("max_number_of_channels")]
    public int MaxNumberOfChannels { get; set; } = PushStreamOptions.Unlimited;

    /// <summary>Default 10 million.</summary>
    [ConfigurationKeyName("max_number_of_wildcard_channels")]
    public int MaxNumberOfWildcardChannels { get; set; } = PushStreamOptions.Unlimited;

    /// <summary>Default: there are no wildcard channels.</summary>
    [ConfigurationKeyName("wildcard_channel_prefix")]
    public string WildcardChannelPrefix { get; set; } = "";

    /// <summary>Seconds a channel without messages and subscribers is kept. Default 30.</summary>
    [ConfigurationKeyName("channel_inactivity_time")]
    public int ChannelInactivityTime { get; set; } = 30;

    [ConfigurationKeyName("channel_deleted_message_text")]
    public string ChannelDeletedMessageText { get; set; } = "Channel deleted";

    /// <summary>Default a blank.</summary>
    [ConfigurationKeyName("ping_message_text")]
    public string PingMessageText { get; set; } = " ";

    /// <summary>Whether a long poll whose time is up gets a message rather than 304. Default no.</summary>
    [ConfigurationKeyName("timeout_with_body")]
    public bool TimeoutWithBody { get; set; }

    /// <summary>Default: there is none.</summary>
    [ConfigurationKeyName("events_channel_id")]
    public string EventsChannelId { get; set; } = "";

    /// <summary>Bytes of all stored messages. Default 1 GiB.</summary>
    [ConfigurationKeyName("shared_memory_size")]
    public long SharedMemorySize { get; set; } = 1L << 30;

    public PushStreamOptions ToOptions() => new()
    {
        MessageTtl = TimeSpan.FromSeconds(MessageTtl),
        MaxMessagesStoredPerChannel = MaxMessagesStoredPerChannel,
        MaxSubscribersPerChannel = MaxSubscribersPerChannel,
        MaxChannelIdLength = MaxChannelIdLength,
        MaxChannelsPerRequest = MaxChannelsPerRequest,
        MaxNumberOfChannels = MaxNumberOfChannels,
        MaxNumberOfWildcardChannels = MaxNumberOfWildcardChannels,
        WildcardChannelPrefix = WildcardChannelPrefix,
        ChannelInactivityTime = TimeSpan.FromSeconds(ChannelInactivityTime),
        ChannelDeletedMessageText = ChannelDeletedMessageText,
        PingMessageText = PingMessageText,
        TimeoutWithBody = TimeoutWithBody,
        EventsChannelId = EventsChannelId,
        SharedMemorySize = SharedMemorySize,
    };
}
