using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>iComet's <c>/ws</c>: frames in place of chunks.</summary>
public sealed class SubscribeByWebSocketTests : IDisposable
{
    private readonly ICometNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Each_object_is_a_message_without_anything_around_it()
    {
        var subscriber = Open("/ws?cname=a&seq=0");
        Assert.Equal("101 Switching Protocols", subscriber.Status);
        Assert.True(subscriber.IsHeld);
        _node.Ask("/push?cname=a&content=x");

        Assert.Equal(
            [
                .. Text("""{"type":"next_seq","cname":"a","seq":1,"content":""}"""),
                .. Text("""{"type":"data","cname":"a","seq":1,"content":"x"}"""),
            ],
            subscriber.BodyBytes);
    }

    [Fact]
    public void The_end_of_the_channel_is_a_message_and_a_close()
    {
        var subscriber = Open("/ws?cname=a&seq=1");

        _node.Ask("/close?cname=a");

        Assert.Equal(
            [.. Text("""{"type":"close","cname":"a","seq":1,"content":""}"""), 0x88, 2, 0x03, 0xE8],
            subscriber.BodyBytes);
        Assert.True(subscriber.IsEnded);
    }

    [Fact]
    public void A_ping_in_words_is_answered()
    {
        var subscriber = Open("/ws?cname=a&seq=1");
        subscriber.Say("PING");
        Assert.Empty(subscriber.BodyBytes);

        subscriber.Say("ping");

        Assert.Equal(Text("""{"type":"pong"}"""), subscriber.BodyBytes);
    }

    [Fact]
    public void A_request_without_a_handshake_is_told_what_is_missing()
    {
        var subscriber = _node.Sub("/ws?cname=a&seq=1");

        Assert.Equal("426 Upgrade Required", subscriber.Status);
        Assert.Contains("Upgrade: websocket", subscriber.Body, StringComparison.Ordinal);
        Assert.Null(_node.Hub.Find("a"u8));
    }

    [Fact]
    public void A_close_frame_has_a_code_and_at_most_123_bytes_of_reason_cut_between_two_characters()
    {
        Assert.Equal([0x88, 0], Closed(CloseCode.None, "ignored"));
        Assert.Equal([0x88, 5, 0x03, 0xF0, .. "bye"u8], Closed(CloseCode.PolicyViolation, "bye"));
        Assert.Equal(125, Closed(CloseCode.Normal, new string('x', 200))[1]);
        Assert.Equal([.. Enumerable.Repeat((byte)'x', 122)], Closed(CloseCode.Normal, new string('x', 122) + "é")[4..]);
    }

    [Fact]
    public void A_ping_of_ours_is_a_frame_without_payload_and_only_for_WebSockets()
    {
        var output = new ByteBuffer();
        Framing.Chunked.WritePing(output);
        Assert.Equal(0, output.Length);
        Framing.WebSocket.WritePing(output);
        Assert.Equal([0x89, 0], output.Written.ToArray());
    }

    private static byte[] Closed(CloseCode code, string reason)
    {
        var output = new ByteBuffer();
        Framing.WebSocket.EndAll(output, code, reason.Utf8());
        return output.Written.ToArray();
    }

    private static byte[] Text(string text) => RawWebSocket.Unmasked(RawWebSocket.TextFrame, text.Utf8());

    private RecordingExchange Open(string target)
    {
        var exchange = new RecordingExchange(_node.Dispatcher);
        Assert.Null(RequestParser.Parse(RawWebSocket.Handshake(target).Latin1(), out var head));
        _node.Front.Handle(new HttpRequest(head, head.Path, default), exchange);
        return exchange;
    }
}
