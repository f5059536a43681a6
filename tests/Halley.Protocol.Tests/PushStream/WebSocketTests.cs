using Halley.Protocol.Dialects.PushStream;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.PushStream;

public sealed class WebSocketTests : IDisposable
{
    private const string Handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: /mQoZf6pRiv8+6o72GncLQ==\r\n"
            + "Sec-WebSocket-Version: 13";

    private readonly PushStreamNode _node = Node(new EndpointOptions());

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_subscriber_gets_text_frames_and_the_end_is_a_close_frame()
    {
        using var node = Node(new EndpointOptions
        {
            HeaderTemplate = "HEAD"u8.ToArray(),
            FooterTemplate = "FOOT",
            MessageTemplate = "<~id~:~text~>",
        });
        node.Publish("a", "old");
        var subscriber = Open(node, "/sub/a.b1");
        Assert.Equal("101 Switching Protocols", subscriber.Status);
        Assert.StartsWith(
            "Expires: Thu, 01 Jan 1970 00:00:01 GMT\r\nCache-Control: no-cache, no-store, must-revalidate\r\n|",
            subscriber.Fields,
            StringComparison.Ordinal);
        subscriber.Beat();
        node.Publish("a", "new");
        node.Ask("DELETE /pub?id=a", "bye");
        Assert.Equal(
            "\x81\u0004HEAD\x81\u0007<1:old>\x89\0\x81\u0007<2:new>\x81\u0008<-2:bye>\x81\u0004FOOT\x88\0",
            subscriber.BodyBytes.Latin1());
    }

    [Fact]
    public void What_a_client_says_goes_to_all_its_channels_and_comes_back()
    {
        using var node = Node(new EndpointOptions { WebsocketAllowPublish = true, StoreMessages = true });
        var speaker = Open(node, "/sub/a/b");
        speaker.Say("hi");
        speaker.Say("");
        node.Dispatcher.RunAll();
        Assert.Equal("\x81\u0002hi\x81\u0002hi", speaker.BodyBytes.Latin1());
        foreach (var channel in new[] { "a", "b" })
        {
            Assert.Contains(
                "\"published_messages\": 1, \"stored_messages\": 1",
                node.Ask("/pub?id=" + channel).Body,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_a_client_may_not_publish_is_dropped()
    {
        var speaker = Open(_node, "/sub/a");
        speaker.Say("hi");
        Assert.Contains("\"published_messages\": 0", _node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
        Assert.True(speaker.IsHeld);
    }

    [Fact]
    public void A_message_longer_than_the_endpoint_takes_ends_the_connection()
    {
        using var node = Node(new EndpointOptions { WebsocketAllowPublish = true, MaxBodyBytes = 4 });
        var speaker = Open(node, "/sub/a");
        speaker.Say("12345");
        Assert.StartsWith("\x88/\u0003\xf1The message is longer", speaker.BodyBytes.Latin1(), StringComparison.Ordinal);
        Assert.Contains("\"published_messages\": 0", node.Ask("/pub?id=a").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "Upgrade: websocket",
        "Upgrade: h2c",
        "A WebSocket's handshake must have Upgrade: websocket and Connection: Upgrade")]
    [InlineData(
        "Connection: Upgrade",
        "Connection: close",
        "A WebSocket's handshake must have Upgrade: websocket and Connection: Upgrade")]
    [InlineData("/mQoZf6pRiv8+6o72GncLQ==", "x", "Sec-WebSocket-Key must be 16 bytes in base64, once")]
    [InlineData(
        "Version: 13",
        "Version: 13\r\nSec-WebSocket-Key: /mQoZf6pRiv8+6o72GncLQ==",
        "Sec-WebSocket-Key must be 16 bytes in base64, once")]
    [InlineData(
        "Version: 13", "Version: 13\r\nSec-WebSocket-Version: 8", "Version not supported. Supported versions: 8, 13")]
    public void A_field_must_also_say_what_the_RFC_wants(string part, string instead, string explained)
    {
        var refused = _node.Ask("/sub/a", fields: Handshake.Replace(part, instead, StringComparison.Ordinal));
        Assert.Equal("400 Bad Request", refused.Status);
        Assert.Contains($"X-Nginx-PushStream-Explain: {explained}\r\n", refused.Fields, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_publishes_to_the_events_channel()
    {
        using var node = Node(
            new EndpointOptions { WebsocketAllowPublish = true, AllowConnectionsToEventsChannel = true },
            new PushStreamOptions { EventsChannelId = "events" });
        Open(node, "/sub/events").Say("hi");
        Assert.Contains("\"published_messages\": 0", node.Ask("/pub?id=events").Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sub/a*", "{\"http_status\": 403, \"explain\":\"Channel id not authorized for this method.\"}")]
    [InlineData("/sub/", "{\"http_status\": 400, \"explain\":\"No channel id provided.\"}")]
    [InlineData("/sub/unknown", "{\"http_status\": 403, \"explain\":\"Subscriber could not create channels.\"}")]
    public void A_refusal_comes_in_the_close_frame(string target, string reason)
    {
        using var node = Node(new EndpointOptions { AuthorizedChannelsOnly = true });
        var refused = Open(node, target);
        Assert.Equal($"\x88{(char)(reason.Length + 2)}\u0003\xf0{reason}", refused.BodyBytes.Latin1());
        Assert.True(refused.IsEnded);
    }

    [Theory]
    [InlineData("Connection: Upgrade")]
    [InlineData("Upgrade: websocket")]
    [InlineData("Sec-WebSocket-Key: /mQoZf6pRiv8+6o72GncLQ==")]
    [InlineData("Sec-WebSocket-Version: 13")]
    public void Every_field_of_the_handshake_is_wanted(string missing)
    {
        var refused = _node.Ask(
            "/sub/a", fields: string.Join("\r\n", Handshake.Split("\r\n").Where(field => field != missing)));
        Assert.Equal("400 Bad Request", refused.Status);
        Assert.EndsWith(
            "X-Nginx-PushStream-Explain: Don't have at least one of the mandatory headers: Connection, Upgrade, "
                + "Sec-WebSocket-Key and Sec-WebSocket-Version\r\n",
            refused.Fields,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_other_than_8_and_13_are_not_spoken()
    {
        var refused = _node.Ask("/sub/a", fields: Handshake.Replace("13", "7", StringComparison.Ordinal));
        Assert.Equal("400 Bad Request", refused.Status);
        Assert.EndsWith(
            "X-Nginx-PushStream-Explain: Version not supported. Supported versions: 8, 13\r\n"
                + "Sec-WebSocket-Version: 8, 13\r\n",
            refused.Fields,
            StringComparison.Ordinal);
        Assert.Equal(
            "101 Switching Protocols",
            _node.Ask("/sub/a", fields: Handshake.Replace("13", "8", StringComparison.Ordinal)).Status);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    public void Only_get_opens_a_websocket(string method)
    {
        var refused = _node.Ask(method + " /sub/a", fields: Handshake);
        Assert.Equal(("405 Not Allowed", "|\r\nAllow: GET\r\n"), (refused.Status, refused.Fields));
    }

    private static PushStreamNode Node(EndpointOptions endpoint, PushStreamOptions? options = null)
    {
        endpoint.Kind = PushStreamKind.WebSocket;
        return new PushStreamNode(endpoint, options);
    }

    private static RecordingExchange Open(PushStreamNode node, string target) => node.Ask(target, fields: Handshake);
}
