using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Tests.Routing;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>A server does not start with options that mean nothing; it says what would be right.</summary>
public sealed class NchanOptionsCheckTests
{
    [Fact]
    public void Good_options_have_no_mistake()
    {
        var options = new NchanOptions
        {
            Kind = NchanKind.Pubsub,
            ChannelGroup = "$1",
            GroupMaxMessages = "7",
            AllowOrigin = { "https://a.test:8443", "*" },
        };
        options.ChannelId.Add("$arg_id");
        options.AuthorizeRequest = "http://127.0.0.1:80/a?b=$1";
        Assert.Empty(Mistakes(options));
        Assert.Empty(
            Mistakes(new NchanOptions { Kind = NchanKind.Group, ChannelGroup = "$1", GroupMaxMessages = "$arg_m" }));
    }

    [Theory]
    [InlineData("nchan_channel_id is missing")]
    [InlineData("nchan_message_buffer_length is -1")]
    [InlineData("nchan_max_channel_id_length is 0")]
    [InlineData("nchan_group_max_messages is \"$arg_m\"")]
    [InlineData("nchan_subscriber names no transport")]
    [InlineData("nchan_subscriber_first_message is \"0\"")]
    [InlineData("nchan_eventsource_ping_data has a line end")]
    [InlineData("nchan_authorize_request: \"auth\" is no address")]
    [InlineData("upstream_failure is publish")]
    [InlineData("nchan_access_control_allow_origin has \"a.test\"")]
    [InlineData("nchan_channel_group: $nothing")]
    public void Each_mistake_is_told(string beginning)
    {
        var options = new NchanOptions
        {
            Kind = NchanKind.Pubsub,
            MessageBufferLength = -1,
            MaxChannelIdLength = 0,
            GroupMaxMessages = "$arg_m",
            Transports = NchanTransport.None,
            SubscriberFirstMessage = "0",
            EventsourcePingData = "a\nb",
            AuthorizeRequest = "auth",
            PublishOnUpstreamFailure = true,
            ChannelGroup = "$nothing",
            AllowOrigin = { "a.test" },
        };
        Assert.Contains(Mistakes(options), mistake => mistake.StartsWith(beginning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_without_a_name_is_a_mistake() =>
        Assert.Single(Mistakes(new NchanOptions { Kind = NchanKind.Group }));

    private static IEnumerable<string> Mistakes(NchanOptions options) =>
        NchanOptionsCheck.Mistakes(options, RequestFor.At("~ ^/(.*)$"));
}
