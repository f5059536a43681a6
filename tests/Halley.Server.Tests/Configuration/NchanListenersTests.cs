using System.Text;
using Halley.Protocol.Dialects.Nchan;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Tests.Configuration;

/// <summary>nchan's endpoints as halley.json has them.</summary>
public sealed class NchanListenersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_endpoint_has_all_that_nchan_knows()
    {
        var endpoint = Read("""
            "location": "~ ^/(.*)$", "kind": "nchan_pubsub", "nchan_channel_id": ["$1", "$arg_b"],
            "nchan_subscriber": ["longpoll", "websocket"],
            "nchan_channel_id_split_delimiter": ",", "nchan_max_channel_id_length": 7, "nchan_channel_group": "$host",
            "nchan_message_buffer_length": 0, "nchan_message_timeout": "5m", "nchan_store_messages": false,
            "nchan_subscriber_first_message": "-3", "nchan_subscriber_timeout": 9,
            "nchan_subscribe_existing_channels_only": true,
            "nchan_max_channel_subscribers": 4, "nchan_websocket_ping_interval": "30s",
            "nchan_eventsource_ping_interval": 0,
            "nchan_eventsource_ping_data": "d", "nchan_subscriber_http_raw_stream_separator": "|",
            "nchan_access_control_allow_origin": "http://a.test", "nchan_access_control_allow_credentials": false,
            "nchan_authorize_request": "http://127.0.0.1/a", "authorize_failure": "allow",
            "nchan_publisher_upstream_request": "http://127.0.0.1/u", "upstream_failure": "publish",
            "hook_timeout": "250ms",
            "nchan_group_max_messages": 12, "max_body": "2m", "websocket_subprotocols": ["chat.v1", "chat.v2"]
            """);
        var nchan = endpoint.Nchan;
        Assert.Equal(NchanKind.Pubsub, nchan.Kind);
        Assert.Equal(["$1", "$arg_b"], nchan.ChannelId);
        Assert.Equal(NchanTransport.LongPoll | NchanTransport.WebSocket, nchan.Transports);
        Assert.Equal((",", 7, "$host"), (nchan.ChannelIdSplitDelimiter, nchan.MaxChannelIdLength, nchan.ChannelGroup));
        Assert.Equal(
            (0, TimeSpan.FromMinutes(5), false),
            (nchan.MessageBufferLength, nchan.MessageTimeout, nchan.StoreMessages));
        Assert.Equal(
            ("-3", TimeSpan.FromSeconds(9), true, 4), (
                nchan.SubscriberFirstMessage,
                nchan.SubscriberTimeout,
                nchan.SubscribeExistingChannelsOnly,
                nchan.MaxChannelSubscribers));
        Assert.Equal(
            (TimeSpan.FromSeconds(30), null, "d", "|"), (
                nchan.WebsocketPingInterval,
                nchan.EventsourcePingInterval,
                nchan.EventsourcePingData,
                nchan.RawStreamSeparator));
        Assert.Equal(["http://a.test"], nchan.AllowOrigin);
        Assert.Equal(["chat.v1", "chat.v2"], nchan.WebsocketSubprotocols);
        Assert.Equal(
            (false, true, true),
            (nchan.AllowCredentials, nchan.AllowOnAuthorizeFailure, nchan.PublishOnUpstreamFailure));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(250), "12", 2 << 20),
            (nchan.HookTimeout, nchan.GroupMaxMessages, nchan.MaxBodyBytes));
    }

    [Fact]
    public void A_push_stream_WebSocket_may_take_frames_without_a_mask_and_sub_protocols()
    {
        var endpoint = Read("""
            "location": "/s", "kind": "websocket", "channels_path": "a", "websocket_allow_unmasked": true,
            "websocket_subprotocols": "chat.v1"
            """).PushStream;
        Assert.True(endpoint.WebsocketAllowUnmasked);
        Assert.Equal(["chat.v1"], endpoint.WebsocketSubprotocols);
        Assert.False(new Halley.Protocol.Dialects.PushStream.EndpointOptions().WebsocketAllowUnmasked);
    }

    [Fact]
    public void What_is_not_said_is_as_in_nchan()
    {
        var nchan =
            Read("\"location\": \"/s\", \"kind\": \"nchan_subscriber\", \"nchan_channel_id\": \"$arg_id\"").Nchan;
        Assert.Equal(
            (10, TimeSpan.FromHours(1), true, 1024),
            (nchan.MessageBufferLength, nchan.MessageTimeout, nchan.StoreMessages, nchan.MaxChannelIdLength));
        Assert.Equal(
            ("oldest", null, "\n"), (nchan.SubscriberFirstMessage, nchan.SubscriberTimeout, nchan.RawStreamSeparator));
        Assert.False(
            nchan.Transports.HasFlag(NchanTransport.RawStream)
                || nchan.Transports.HasFlag(NchanTransport.IntervalPoll));
        Assert.False(nchan.AllowOnAuthorizeFailure || nchan.PublishOnUpstreamFailure);
    }

    [Theory]
    [InlineData(
        "\"kind\": \"nchan_subscriber\", \"nchan_subscriber\": [\"longpol\"]",
        "nchan_subscriber is \"longpol\"; it wants websocket, eventsource, longpoll, intervalpoll, http-chunked, "
            + "http-multipart or http-raw-stream")]
    [InlineData(
        "\"kind\": \"nchan_subscriber\", \"websocket_subprotocols\": [\"chat v1\"]",
        "websocket_subprotocols is \"chat v1\"; it wants the name of a WebSocket sub-protocol, such as chat.v1")]
    [InlineData(
        "\"kind\": \"icomet-front\", \"websocket_subprotocols\": \"a\"",
        "websocket_subprotocols is no key of a icomet-front endpoint; /ws has front.websocket_subprotocols")]
    [InlineData(
        "\"kind\": \"nchan_subscriber\", \"authorize_failure\": \"open\"",
        "authorize_failure is \"open\"; it wants refuse or allow")]
    [InlineData(
        "\"kind\": \"nchan_subscriber\", \"nchan_message_timeout\": \"1y\"",
        "nchan_message_timeout is \"1y\"; it wants a time of more than 0: seconds, or a number with ms, s, m, h or d "
            + "behind it, such as \"2500ms\", or 0 for none")]
    [InlineData(
        "\"kind\": \"nchan_subscriber\", \"channels_path\": \"$arg_id\"",
        "channels_path is no key of a nchan_subscriber endpoint; its keys begin with nchan_")]
    [InlineData(
        "\"kind\": \"streaming\", \"nchan_channel_id\": \"$arg_id\"",
        "nchan_channel_id is no key of a streaming endpoint; only nchan's endpoints have it")]
    public void A_mistake_is_told_with_its_line(string endpoint, string message) => Assert.Equal(
        "h.json:2: " + message, Assert.Throws<ConfigurationException>(() => Read("\"location\": \"/x\", " + endpoint))
            .Message);

    [Theory]
    [InlineData("nchan_publisher", "\"nchan_channel_id\": \"a\"")]
    [InlineData("nchan_group", "\"nchan_channel_group\": \"$arg_g\"")]
    public void Who_can_delete_is_to_be_chosen_where_others_can_come(string kind, string more)
    {
        var path = Write(
            $"{{ \"listeners\": [ {{ \"listen\": \":80\", \"endpoints\": [ {{ \"location\": \"/x\", \"kind\": "
                + $"\"{kind}\", {more} }} ] }} ] }}");
        Assert.Contains(
            $"{kind} on :80 can be reached from other machines",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_would_not_work_does_not_start()
    {
        var path = Write(
            "{ \"listeners\": [ { \"listen\": \"127.0.0.1:80\", \"endpoints\": [\n"
                + "{ \"location\": \"/x\", \"kind\": \"nchan_pubsub\" } ] } ] }");
        Assert.Equal(
            $"{path}:2: nchan_channel_id is missing; it wants where the channels' ids stand, such as $arg_id or $1",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Theory]
    [InlineData(
        "\"kind\": \"publisher\", \"channels_path\": \"a\", \"message_template\": \"~text~\"",
        "message_template means nothing at a publisher endpoint; leave it out")]
    [InlineData(
        "\"kind\": \"nchan_subscriber\", \"nchan_channel_id\": \"a\", \"nchan_store_messages\": true, "
            + "\"nchan_message_timeout\": 5",
        "nchan_store_messages, nchan_message_timeout mean nothing at a nchan_subscriber endpoint; leave them out")]
    [InlineData(
        "\"kind\": \"icomet-front\", \"max_ids\": 5", "max_ids means nothing at a icomet-front endpoint; leave it out")]
    [InlineData("\"kind\": \"icomet-front\", \"max_body\": 5", null)]
    public void A_key_that_changes_nothing_is_named_and_the_server_starts(string endpoint, string? warning)
    {
        var path = Write(
            $"{{ \"listeners\": [ {{ \"listen\": \"127.0.0.1:80\", \"endpoints\": [\n"
                + $"{{ \"location\": \"/x\", {endpoint} }} ] }} ] }}");
        Assert.Equal(warning is null ? [] : [$"{path}:2: {warning}"], Load(path).Warnings);
    }

    private static EndpointSection Read(string endpoint)
    {
        var lists = new FileLists();
        var json = $"{{ \"listeners\": [ {{ \"listen\": \":80\", \"endpoints\": [\n{{ {endpoint} }} ] }} ] }}";
        JsonSettings.Read(Encoding.UTF8.GetBytes(json), "h.json", lists);
        return lists.Listeners[0].Endpoints[0];
    }

    private string Write(string json) => _directory.Write("h.json", json);

    private static HalleyConfiguration Load(string path) =>
        HalleyConfiguration.Load(path, new Dictionary<string, string>(), []);
}
