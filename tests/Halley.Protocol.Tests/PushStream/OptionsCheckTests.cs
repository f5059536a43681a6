using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;
using Halley.Protocol.Tests.Routing;

namespace Halley.Protocol.Tests.PushStream;

public class OptionsCheckTests
{
    private static EndpointOptions Good => new() { ChannelsPath = "$arg_id" };

    [Fact]
    public void The_defaults_are_right() =>
        Assert.Empty(OptionsCheck.Mistakes(new PushStreamOptions()).Concat(Mistakes(Good)));

    [Fact]
    public void Zero_is_no_limit_and_no_time()
    {
        Tells("message_ttl is 0", new PushStreamOptions { MessageTtl = TimeSpan.Zero });
        Tells("max_messages_stored_per_channel is 0", new PushStreamOptions { MaxMessagesStoredPerChannel = 0 });
        Tells("max_subscribers_per_channel is 0", new PushStreamOptions { MaxSubscribersPerChannel = 0 });
        Tells("max_channel_id_length is 0", new PushStreamOptions { MaxChannelIdLength = 0 });
        Tells("max_number_of_channels is 0", new PushStreamOptions { MaxNumberOfChannels = 0 });
        Tells(
            "max_number_of_wildcard_channels is 0",
            new PushStreamOptions { MaxNumberOfWildcardChannels = 0, WildcardChannelPrefix = "b_" });
        Tells("channel_inactivity_time is 0", new PushStreamOptions { ChannelInactivityTime = TimeSpan.Zero });
        Tells("shared_memory_size is 0", new PushStreamOptions { SharedMemorySize = 0 });
        Assert.Contains(
            "ping_message_interval is 0; it wants " + Values.WantsTime,
            Mistakes(new EndpointOptions { ChannelsPath = "a", PingMessageInterval = TimeSpan.Zero }));
        Assert.Contains(
            "subscriber_connection_ttl is 0; it wants " + Values.WantsTime,
            Mistakes(new EndpointOptions { ChannelsPath = "a", SubscriberConnectionTtl = TimeSpan.Zero }));
        Assert.Contains(
            "longpolling_connection_ttl is 0; it wants " + Values.WantsTime,
            Mistakes(new EndpointOptions { ChannelsPath = "a", LongpollingConnectionTtl = TimeSpan.Zero }));
        Assert.Contains(
            "wildcard_channel_max_qtd is 0; it wants a whole number from 1 to 2147483647",
            Mistakes(new EndpointOptions { ChannelsPath = "a", WildcardChannelMaxQtd = 0 }));
    }

    [Fact]
    public void What_belongs_together_is_wanted_together()
    {
        Tells("wildcard_channel_prefix is not", new PushStreamOptions { MaxNumberOfWildcardChannels = 3 });
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "a", WildcardChannelMaxQtd = 2 }),
            mistake => mistake.Contains("wildcard_channel_prefix is not", StringComparison.Ordinal));
        Assert.Contains(
            "max_number_of_wildcard_channels is 1, less than wildcard_channel_max_qtd, 2; it wants at least as many",
            Mistakes(
                new EndpointOptions { ChannelsPath = "a", WildcardChannelMaxQtd = 2 },
                new PushStreamOptions { MaxNumberOfWildcardChannels = 1, WildcardChannelPrefix = "b_" }));
    }

    [Fact]
    public void Every_endpoint_wants_channels_and_a_template()
    {
        Assert.Contains(
            Mistakes(new EndpointOptions()),
            mistake => mistake.StartsWith("channels_path is missing", StringComparison.Ordinal));
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "a", MessageTemplate = "" }),
            mistake => mistake.StartsWith("message_template is empty", StringComparison.Ordinal));
    }

    [Fact]
    public void Expressions_conditions_and_padding_are_looked_at()
    {
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "$nothing" }),
            mistake => mistake.StartsWith("channels_path: $nothing is no variable", StringComparison.Ordinal));
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "a", AllowedOrigins = "$2" }),
            mistake => mistake.StartsWith("allowed_origins: $2 is no variable", StringComparison.Ordinal));
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "a", PaddingByUserAgent = "x" }),
            mistake => mistake.StartsWith("padding_by_user_agent: ", StringComparison.Ordinal));
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "a", If = [new() { When = "$x", LastEventId = "$y" }] }),
            mistake => mistake.StartsWith("when: $x", StringComparison.Ordinal));
        Assert.Contains(
            Mistakes(new EndpointOptions { ChannelsPath = "a", If = [new() { When = "$arg_x", LastEventId = "$y" }] }),
            mistake => mistake.StartsWith("last_event_id: $y", StringComparison.Ordinal));
    }

    private static void Tells(string mistake, PushStreamOptions options) =>
        Assert.Contains(OptionsCheck.Mistakes(options), told => told.Contains(mistake, StringComparison.Ordinal));

    private static IEnumerable<string> Mistakes(EndpointOptions endpoint, PushStreamOptions? options = null) =>
        OptionsCheck.Mistakes(endpoint, RequestFor.At("/pub"), options ?? new PushStreamOptions());
}
