using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Tests.WebSockets;

/// <summary>Which requests may become a WebSocket, and how they are answered (RFC 6455, 4).</summary>
public class HandshakeTests
{
    private const string Good =
        "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    private static readonly ResponseHead Head = new("101 Switching Protocols", ["Expires: 0"], ["Last: 1"]);

    [Fact]
    public void The_example_of_the_RFC_is_answered_as_it_says() => Assert.Equal(
        "HTTP/1.1 101 Switching Protocols\r\nExpires: 0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nLast: 1\r\n\r\n",
        Answer(Good));

    [Fact]
    public void Compression_is_agreed_on_where_it_is_offered_in_any_field_of_several()
    {
        const string Agreed =
            "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                + "client_no_context_takeover\r\n";
        Assert.Contains(
            Agreed,
            Answer(Good
                + "Sec-WebSocket-Extensions: x-other\r\nsec-websocket-extensions: permessage-deflate; "
                + "client_max_window_bits\r\n"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Extensions", Answer(Good + "Sec-WebSocket-Extensions: x-other\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_endpoint_chooses_among_the_sub_protocols_that_are_offered()
    {
        var request = Request(Good + "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: ws+meta.nchan\r\n");
        var handshake = new Handshake(request);
        Assert.True(handshake.Offers("b"u8));
        Assert.True(handshake.Offers("ws+meta.nchan"u8));
        Assert.False(handshake.Offers("B"u8));
        Assert.False(handshake.Offers("a, b"u8));
        var output = new ByteBuffer();
        new Handshake(request) { Protocol = "b"u8 }.WriteAnswer(Head, output);
        Assert.Contains("\r\nSec-WebSocket-Protocol: b\r\n", output.Written.Latin1(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection: Upgrade", "Connection: keep-alive, upgrade", HandshakeFault.None)]
    [InlineData("Connection: Upgrade", "Connection: keep-alive\r\nConnection: UPGRADE", HandshakeFault.None)]
    [InlineData("Upgrade: websocket", "Upgrade: h2c, WebSocket", HandshakeFault.None)]
    [InlineData("Version: 13", "Version: 8", HandshakeFault.Version)]
    [InlineData("Version: 13", "Version: 13\r\nSec-WebSocket-Version: 8", HandshakeFault.Version)]
    [InlineData("Version: 13", "Version: 13\r\nSec-WebSocket-Version: 13", HandshakeFault.Version)]
    [InlineData("Version: 13", "Version: 13, 8", HandshakeFault.Version)]
    [InlineData("Version: 13", "Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", HandshakeFault.Key)]
    [InlineData("Upgrade: websocket\r\n", "", HandshakeFault.Upgrade)]
    [InlineData("Upgrade: websocket", "Upgrade: websockets", HandshakeFault.Upgrade)]
    [InlineData("Connection: Upgrade\r\n", "", HandshakeFault.Connection)]
    [InlineData("Connection: Upgrade", "Connection: close", HandshakeFault.Connection)]
    [InlineData("HTTP/1.1", "HTTP/1.0", HandshakeFault.HttpVersion)]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "", HandshakeFault.Version)]
    [InlineData("Version: 13", "Version: 7", HandshakeFault.Version)]
    [InlineData("Version: 13", "Version: 130", HandshakeFault.Version)]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", HandshakeFault.Key)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ", HandshakeFault.Key)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=!", HandshakeFault.Key)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZWVl", HandshakeFault.Key)]
    public void A_handshake_must_have_what_the_RFC_wants(string part, string instead, HandshakeFault fault) =>
        Assert.Equal(fault, new Handshake(Request(Good.Replace(part, instead, StringComparison.Ordinal))).Check());

    [Theory]
    [InlineData("Version: 13", "Version: 8", HandshakeFault.None)]
    [InlineData("Version: 13", "Version: 7", HandshakeFault.Version)]
    [InlineData("Upgrade: websocket", "Upgrade: bar", HandshakeFault.Upgrade)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "x", HandshakeFault.Key)]
    public void An_endpoint_may_take_the_draft_too_and_is_as_strict_otherwise(
        string part, string instead, HandshakeFault fault) =>
        Assert.Equal(
            fault,
            new Handshake(Request(Good.Replace(part, instead, StringComparison.Ordinal))).Check(takesDraft: true));

    [Fact]
    public void The_sub_protocol_is_the_clients_favourite_of_those_that_are_spoken()
    {
        var handshake = new Handshake(
            Request(Good + "Sec-WebSocket-Protocol: a ,, b\r\nSec-WebSocket-Protocol: c\r\n"));
        Assert.Equal("b"u8, handshake.ChooseOf(["c"u8.ToArray(), "b"u8.ToArray()]));
        Assert.Equal("c"u8, handshake.ChooseOf(["c"u8.ToArray(), "B"u8.ToArray()]));
        Assert.Empty(handshake.ChooseOf(["d"u8.ToArray()]));
        Assert.Empty(handshake.ChooseOf([]));
        Assert.Empty(new Handshake(Request(Good)).ChooseOf(["a"u8.ToArray()]));
    }

    [Fact]
    public void A_window_that_we_must_keep_to_is_agreed_on_in_so_many_words() => Assert.Contains(
        "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            + "server_max_window_bits=10\r\n",
        Answer(
            Good + "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10, permessage-deflate\r\n"),
        StringComparison.Ordinal);

    private static string Answer(string head)
    {
        var output = new ByteBuffer();
        new Handshake(Request(head)).WriteAnswer(Head, output);
        return output.Written.Latin1();
    }

    private static HttpRequest Request(string head)
    {
        Assert.Null(RequestParser.Parse((head + "\r\n").Latin1(), out var parsed));
        return new HttpRequest(parsed, parsed.Path, default);
    }
}
