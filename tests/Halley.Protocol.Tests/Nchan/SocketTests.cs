using Halley.Channels;
using Halley.Protocol.Dialects.Nchan;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Nchan;

/// <summary>nchan's WebSockets: resumable, text or binary, and publishers where their location lets them be.</summary>
public sealed class SocketTests : IDisposable
{
    private const string Handshake =
        "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    private const string Meta = Handshake + "|Sec-WebSocket-Protocol: other, ws+meta.nchan";

    private readonly NchanNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Each_message_is_one_frame()
    {
        _node.Publish("a", "one");
        var socket = _node.Ask("/sub/a", fields: Handshake);
        _node.Publish("a", "two", "");
        Assert.Equal("101 Switching Protocols", socket.Status);
        Assert.Equal([0x81, 3, .. "one"u8, 0x81, 3, .. "two"u8, 0x81, 0], socket.BodyBytes);
    }

    [Fact]
    public void In_nchans_own_sub_protocol_a_message_begins_with_its_id_and_its_type()
    {
        _node.Ask("POST /pub/a", "one", "Content-Type: text/x");
        _node.Publish("a", "two");
        var all = _node.Ask("/sub/a", fields: Meta);
        Assert.Contains($"id: {_node.Second}:1\ncontent-type: text/x\n\none", all.Body, StringComparison.Ordinal);
        Assert.Contains($"id: {_node.Second}:2\n\ntwo", all.Body, StringComparison.Ordinal);
        var rest = _node.Ask($"/sub/a?last_event_id={_node.Second}:1", fields: Meta);
        Assert.DoesNotContain("one", rest.Body, StringComparison.Ordinal);
        Assert.Contains("two", rest.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_publishers_come_over_WebSockets_alone_a_POST_is_refused()
    {
        using var node = new NchanNode(options => options.PublishesByHttp = options.Kind != NchanKind.Pubsub);
        var answer = node.Ask("POST /ps/a", "x");
        Assert.Equal(
            ("403 Forbidden", "At this address one publishes over a WebSocket."),
            (answer.Status, answer.Body.TrimEnd()));
        Assert.Equal("101 Switching Protocols", node.Ask("/ps/a", fields: Handshake).Status);
        Assert.Equal("202 Accepted", node.Ask("POST /pub/b", "x").Status);
    }

    [Theory]
    [InlineData("text", "application/octet-stream", 0x82)]
    [InlineData("\u00FF", "text/plain", 0x82)]
    [InlineData("text", "text/plain", 0x81)]
    public void What_is_no_text_is_binary(string content, string type, byte first)
    {
        _node.Ask("POST /pub/a", content, "Content-Type: " + type);
        Assert.Equal(first, _node.Ask("/sub/a", fields: Handshake).BodyBytes[0]);
    }

    [Fact]
    public void A_pubsub_clients_words_reach_everybody_and_itself()
    {
        var socket = _node.Ask("/ps/a", fields: Handshake);
        var poll = _node.Ask("/sub/a");
        socket.Say("hi");
        _node.Dispatcher.RunAll();
        Assert.Equal("hi", poll.Body);
        Assert.Equal([0x81, 2, .. "hi"u8], socket.BodyBytes);
    }

    [Fact]
    public void Elsewhere_who_says_something_is_let_go()
    {
        var socket = _node.Ask("/sub/a", fields: Handshake);
        socket.Say("hi");
        Assert.True(socket.IsEnded);
        Assert.Equal([0x88, 45, 0x03, 0xF0], socket.BodyBytes[..4]);
        Assert.Empty(_node.Hub.Find("a"u8)!.Read(Replay.Newest(1)));
    }

    [Fact]
    public void A_message_has_a_length_as_a_body_has()
    {
        using var node = new NchanNode(options => options.MaxBodyBytes = 3);
        var socket = node.Ask("/ps/a", fields: Handshake);
        socket.Say("abc");
        Assert.False(socket.IsEnded);
        socket.Say("abcd");
        Assert.True(socket.IsEnded);
        Assert.Equal(1, node.Hub.Find("a"u8)!.StoredCount);
    }

    [Fact]
    public void No_message_passes_by_a_backend_that_is_to_see_all_of_them()
    {
        using var node = new NchanNode(
            options =>
                options.PublisherUpstreamRequest = options.Kind == NchanKind.Subscriber ? "" : "http://backend.test/");
        var socket = node.Ask("/ps/a", fields: Handshake);
        socket.Say("hi");
        Assert.True(socket.IsEnded);
        Assert.Empty(node.Hub.Find("a"u8)!.Read(Replay.Newest(1)));
    }

    [Fact]
    public void A_full_group_is_full_for_WebSockets_too()
    {
        using var node = new NchanNode(options =>
        {
            if (options.Kind == NchanKind.Pubsub)
            {
                (options.ChannelGroup, options.GroupMaxMessages) = ("x", "1");
            }
        });
        var socket = node.Ask("/ps/a", fields: Handshake);
        socket.Say("one");
        Assert.False(socket.IsEnded);
        socket.Say("two");
        Assert.True(socket.IsEnded);
        Assert.Equal(1, node.Hub.Find("x/a"u8)!.StoredCount);
    }

    [Fact]
    public void A_handshake_waits_for_the_backend_too()
    {
        using var node = new NchanNode(options => options.AuthorizeRequest = "http://backend.test/");
        var socket = node.Ask("/sub/a", fields: Meta);
        Assert.Null(socket.Head);
        Assert.Contains(("X-Subscriber-Type", "websocket"), node.Backend.Last.Fields);
        node.Backend.Answer(200);
        Assert.Equal("101 Switching Protocols", socket.Status);
        node.Hub.Broker.Publish("a"u8, new Publication("x"u8.ToArray())).Now();
        node.Dispatcher.RunAll();
        Assert.Contains("id: ", socket.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_handshake_is_refused_with_a_status()
    {
        var answer = _node.Ask("/sub/a", fields: "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 7");
        Assert.Equal("426 Upgrade Required", answer.Status);
        Assert.Equal(0, _node.Hub.SubscriberCount);
    }

    [Fact]
    public void Pings_come_as_often_as_the_location_says()
    {
        using var node = new NchanNode(options => options.WebsocketPingInterval = TimeSpan.FromSeconds(7));
        var socket = node.Ask("/sub/a", fields: Handshake);
        Assert.Equal(TimeSpan.FromSeconds(7), socket.HeartbeatInterval);
        socket.Beat();
        Assert.Equal([0x89, 0], socket.BodyBytes);
    }
}
