using System.Text;
using Halley.Protocol.Dialects.PushStream;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Tests.Configuration;

public sealed class ListenersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_listener_has_endpoints_with_all_that_push_stream_knows()
    {
        var listener = Assert.Single(Read("""
            {
              "listeners": [
                {
                  "listen": "127.0.0.1:8200", "max_request_head": "128k",
                  "endpoints": [
                    { "location": "/pub", "kind": "publisher-admin", "channels_path": "$arg_id", "store_messages": true,
                      "max_body": "2m", "allow": ["127.0.0.1", "10."] },
                    {
                      "location": "~ ^/sub/(.*)$", "kind": "long-polling", "channels_path": "$1",
                      "default_type": "text/html",
                      "message_template": "~text~", "header_template": "<H>", "footer_template": "<F>",
                      "ping_message_interval": 10, "subscriber_connection_ttl": "15m",
                      "longpolling_connection_ttl": "2500ms",
                      "wildcard_channel_max_qtd": 3, "authorized_channels_only": true,
                      "if": [ { "when": "$arg_qs = on", "last_event_id": "$arg_eventid" } ]
                    },
                    { "location": "/", "kind": "icomet-front" }
                  ]
                }
              ]
            }
            """));
        Assert.Equal(
            ("127.0.0.1:8200", 128 << 10, 2 << 20),
            (listener.Listen, listener.MaxRequestHead, listener.MaxRequestBody));
        var (publisher, poll) = (listener.Endpoints[0], listener.Endpoints[1]);
        Assert.Equal(PushStreamKind.AdminPublisher, publisher.PushStream.Kind);
        Assert.Equal(["127.0.0.1", "10."], publisher.Allow);
        Assert.True(publisher.PushStream.StoreMessages);
        Assert.Equal(PushStreamKind.LongPolling, poll.PushStream.Kind);
        Assert.Equal("<H>", Encoding.UTF8.GetString(poll.PushStream.HeaderTemplate.Span));
        Assert.Equal(TimeSpan.FromSeconds(10), poll.PushStream.PingMessageInterval);
        Assert.Equal(TimeSpan.FromMinutes(15), poll.PushStream.SubscriberConnectionTtl);
        Assert.Equal(TimeSpan.FromMilliseconds(2500), poll.PushStream.LongpollingConnectionTtl);
        Assert.Equal("$arg_eventid", Assert.Single(poll.PushStream.If).LastEventId);
        Assert.Equal("icomet-front", listener.Endpoints[2].Kind);
    }

    [Theory]
    [InlineData("", 16 << 20)]
    [InlineData(", \"max_body\": \"32k\"", 32 << 10)]
    public void A_websockets_messages_may_be_long_unless_somebody_chose(string more, int bytes) => Assert.Equal(
        bytes,
        Read(
            $"{{ \"listeners\": [ {{ \"listen\": \":80\", \"endpoints\": [ {{ \"location\": \"/ws\", \"kind\": "
                + $"\"websocket\"{more} }} ] }} ] }}")[0].MaxRequestBody);

    [Theory]
    [InlineData(
        "{\n\"listeners\": 5 }", "h.json:2: listeners wants a list: [{\"listen\": \":80\", \"endpoints\": […]}]")]
    [InlineData("{\n\"listeners\": [\n5] }", "h.json:3: a listener begins with {")]
    [InlineData(
        "{ \"listeners\": [ {} ] }",
        "h.json:1: a listener wants listen: ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, localhost:8100 or :8100, "
            + "or unix:/PATH")]
    [InlineData(
        "{ \"listeners\": [ { \"listen\": \":80\",\n\"trusted_proxies\": \"10.0.0.1\" } ] }",
        "h.json:2: trusted_proxies wants a list: [\"127.0.0.1\"]")]
    [InlineData(
        "{ \"listeners\": [ { \"listen\": \":80\", \"trusted_proxies\": [\n\"10.0\" ] } ] }",
        "h.json:2: trusted_proxies is \"10.0\"; it wants an address such as 127.0.0.1 or ::1, or a network such as "
            + "10.0.0.0/8 or fd00::/8 with nothing set behind its prefix")]
    [InlineData(
        "{ \"listeners\": [ {\n\"listn\": \":80\" } ] }",
        "h.json:2: listn is no key of a listener; did you mean listen?")]
    [InlineData(
        "{ \"listeners\": [ {\n\"listen\": \"80\" } ] }",
        "h.json:2: listen is \"80\"; it wants ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, localhost:8100 or "
            + ":8100, or unix:/PATH")]
    [InlineData(
        "{ \"listeners\": [],\n \"listeners\": [ { \"listen\": \":80\" } ], \"listeners\": [] }",
        "h.json:2: listeners stands already at h.json:2; put all of them into one list")]
    public void A_mistake_in_a_listener_is_told_with_its_line(string json, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Read(json)).Message);

    [Theory]
    [InlineData(
        "\"kind\": \"publisher\"",
        "h.json:2: an endpoint wants location: a path such as /pub, or a pattern such as ~ ^/sub/(.*)$")]
    [InlineData(
        "\"location\": \"pub\"",
        "h.json:2: location is \"pub\"; it wants a path such as /pub, or a pattern such as ~ ^/sub/(.*)$")]
    [InlineData(
        "\"location\": \"/pub\"",
        "h.json:2: an endpoint wants kind: publisher, publisher-admin, statistics, streaming, polling, long-polling, "
            + "eventsource, websocket, nchan_publisher, nchan_subscriber, nchan_pubsub, nchan_group, icomet-front, "
            + "icomet-admin, api, mini-comet, centrifugo, centrifugo-api, backend or nothing")]
    [InlineData(
        "\"location\": \"/pub\",\n\"kind\": \"stream\"",
        "h.json:3: kind is \"stream\"; it wants publisher, publisher-admin, statistics, streaming, polling, "
            + "long-polling, eventsource, websocket, nchan_publisher, nchan_subscriber, nchan_pubsub, nchan_group, "
            + "icomet-front, icomet-admin, api, mini-comet, centrifugo, centrifugo-api, backend or nothing")]
    [InlineData(
        "\"location\": \"/pub\",\n\"chanels_path\": \"x\"",
        "h.json:3: chanels_path is no key of an endpoint; did you mean channels_path?")]
    [InlineData(
        "\"location\": \"/pub\",\n\"location\": \"/pub\"",
        "h.json:3: location stands here twice; leave one of the two")]
    [InlineData(
        "\"ping_message_interval\": 0",
        "h.json:2: ping_message_interval is \"0\"; it wants a time of more than 0: seconds, or a number with ms, s, m, "
            + "h or d behind it, such as \"2500ms\"")]
    [InlineData(
        "\"ping_message_interval\": \"1 s\"",
        "h.json:2: ping_message_interval is \"1 s\"; it wants a time of more than 0: seconds, or a number with ms, s, "
            + "m, h or d behind it, such as \"2500ms\"")]
    [InlineData(
        "\"max_body\": \"1x\"",
        "h.json:2: max_body is \"1x\"; it wants a size: bytes, or a number with k, m or g behind it, such as \"32k\"")]
    [InlineData("\"store_messages\": \"on\"", "h.json:2: store_messages is \"on\"; it wants true or false")]
    [InlineData("\"store_messages\": null", "h.json:2: a value wants to be text, a number, true or false here")]
    [InlineData("\"allow\": \"all\"", "h.json:2: allow wants a list: [\"…\"]")]
    [InlineData(
        "\"wildcard_channel_max_qtd\": 0",
        "h.json:2: wildcard_channel_max_qtd is \"0\"; it wants a whole number from 1 to 2147483647")]
    [InlineData(
        "\"message_template\": \"\"",
        "h.json:2: message_template is \"\"; it wants text with tokens such as ~id~ and ~text~")]
    [InlineData(
        "\"if\": [ {\n\"store_messages\": true } ]",
        "h.json:2: an item of if wants when: a condition such as $arg_x = y")]
    [InlineData("\"if\": [ {\n\"whn\": \"$arg_x\" } ]", "h.json:3: whn is no key of a condition; did you mean when?")]
    [InlineData(
        "\"location\": \"/\", \"kind\": \"streaming\", \"header_template\": \"a\", \"header_template_file\": \"b\"",
        "h.json:2: header_template and header_template_file are both given; leave one of the two")]
    public void A_mistake_in_an_endpoint_is_told_with_its_line(string endpoint, string message) => Assert.Equal(
        message,
        Assert.Throws<ConfigurationException>(
            () => Read($"{{ \"listeners\": [ {{ \"listen\": \":80\", \"endpoints\": [\n{{ {endpoint} }} ] }} ] }}"))
            .Message);

    [Theory]
    [InlineData(
        "\"kind\": \"publisher\"",
        "127.0.0.1:80",
        "channels_path is missing; it wants where the channels' ids stand, such as $arg_id or $1")]
    [InlineData(
        "\"kind\": \"publisher\", \"channels_path\": \"$2\"", "127.0.0.1:80",
        "channels_path: $2 is no variable here; there are $1 to $9 for what the location's pattern captures, "
            + "$arg_NAME, $http_NAME, $cookie_NAME, $uri, $request_uri, $args, $host and $request_method")]
    [InlineData(
        "\"kind\": \"statistics\", \"channels_path\": \"$arg_id\"", ":80",
        "statistics on :80 can be reached from other machines; it wants allow, such as [\"127.0.0.1\", \"192.168\"], "
            + "or [\"all\"] if everybody may")]
    [InlineData(
        "\"kind\": \"icomet-admin\"", "0.0.0.0:80",
        "icomet-admin on 0.0.0.0:80 can be reached from other machines; it wants allow, such as [\"127.0.0.1\", "
            + "\"192.168\"], or [\"all\"] if everybody may")]
    public void A_server_that_would_not_work_or_not_be_safe_does_not_start(
        string endpoint, string listen, string message)
    {
        var path = Write(
            $"{{ \"listeners\": [ {{ \"listen\": \"{listen}\", \"endpoints\": [\n{{ \"location\": \"/x\", {endpoint} "
                + $"}} ] }} ] }}");
        Assert.Equal($"{path}:2: {message}", Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Fact]
    public void Who_may_come_can_be_everybody_by_choice() => Load(Write(
        "{ \"listeners\": [ { \"listen\": \":80\", \"endpoints\": [ { \"location\": \"/s\", \"kind\": \"statistics\", "
            + "\"channels_path\": \"$arg_id\", \"allow\": [\"all\"] } ] } ] }"));

    [Fact]
    public void IPv6_alone_is_for_all_addresses_of_it()
    {
        Load(Write("{ \"listeners\": [ { \"listen\": \"[::]:80\", \"ipv6_only\": true, \"endpoints\": [] } ] }"));
        var path = Write("{ \"listeners\": [\n{ \"listen\": \":80\", \"ipv6_only\": true, \"endpoints\": [] } ] }");
        Assert.Equal(
            $"{path}:2: ipv6_only is true and listen is :80; it is for [::]:PORT, which takes IPv4 too without it",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Fact]
    public void A_location_stands_once()
    {
        const string Endpoint = "{ \"location\": \"/x\", \"kind\": \"icomet-front\" }";
        var path = Write(
            $"{{ \"listeners\": [ {{ \"listen\": \":80\", \"endpoints\": [\n{Endpoint},\n{Endpoint} ] }} ] }}");
        Assert.Equal(
            $"{path}:3: location /x stands already at {path}:2; leave one of the two",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Fact]
    public void A_header_may_be_a_file_beside_the_configuration()
    {
        File.WriteAllBytes(_directory.At("head.bin"), [1, 255, 0]);
        const string Json =
            "{ \"listeners\": [ { \"listen\": \":80\", \"endpoints\": [\n"
                + "{ \"location\": \"/s\", \"kind\": \"streaming\", \"channels_path\": \"$arg_id\", "
                + "\"header_template_file\": \"FILE\" } ] } ] }";
        var options = Load(Write(Json.Replace("FILE", "head.bin", StringComparison.Ordinal))).Options;
        Assert.Equal([1, 255, 0], options.GetListeners()[0].Endpoints[0].PushStream.HeaderTemplate.ToArray());
        var path = Write(Json.Replace("FILE", "none.bin", StringComparison.Ordinal));
        Assert.StartsWith(
            $"{path}:2: header_template_file ",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_own_part_is_looked_at_together()
    {
        var path = Write(
            "{ \"push_stream\": { \"max_number_of_wildcard_channels\": 3 }, \"listeners\": [ { \"listen\": \":80\", "
                + "\"endpoints\": [] } ] }");
        Assert.Equal(
            "push_stream: max_number_of_wildcard_channels is set, and wildcard_channel_prefix is not; it wants what "
                + "the ids of those channels begin with",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    private static List<ListenerSection> Read(string json)
    {
        var lists = new FileLists();
        JsonSettings.Read(Encoding.UTF8.GetBytes(json), "h.json", lists);
        return lists.Listeners;
    }

    private string Write(string json) => _directory.Write("h.json", json);

    private static HalleyConfiguration Load(string path) =>
        HalleyConfiguration.Load(path, new Dictionary<string, string>(), []);
}
