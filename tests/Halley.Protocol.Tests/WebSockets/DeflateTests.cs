using System.IO.Compression;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;
using Halley.Testing;
using Halley.Testing.Properties;
using static Halley.Testing.RawWebSocket;

namespace Halley.Protocol.Tests.WebSockets;

/// <summary>permessage-deflate (RFC 7692).</summary>
public class DeflateTests
{
    private const int Reserved1 = 4;

    private static readonly FrameRules Agreed = Clients.TakesAll with { IsDeflateAgreed = true };

    [Fact]
    public void The_examples_of_the_RFC_are_decompressed()
    {
        Assert.Equal(["Text Hello"], Hear(0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00));

        // A block that is not compressed; one that says it is the last; two blocks.
        Assert.Equal(["Text Hello"], Hear(0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00));
        Assert.Equal(["Text Hello"], Hear(0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00));
        Assert.Equal(
            ["Text Hello"], Hear(0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00));
    }

    [Fact]
    public void A_compressed_message_in_fragments_is_one_message()
    {
        byte[] fragments = [
            .. Frame(TextFrame, [0xF2, 0x48, 0xCD], isFinal: false, Reserved1),
            .. Frame(RawWebSocket.Continuation, [0xC9, 0xC9, 0x07, 0x00]),
        ];
        Assert.Equal(["Text Hello"], Clients.Hear(fragments, Agreed));
        Assert.Equal(["Text Hello"], Clients.Hear(fragments, Agreed, 1));
    }

    [Fact]
    public void The_bit_stands_at_the_first_frame_of_a_message_only()
    {
        var strict = Clients.Strict with { IsDeflateAgreed = true };
        byte[] fragments = [
            .. Frame(TextFrame, [0xF2, 0x48, 0xCD], isFinal: false, Reserved1),
            .. Frame(RawWebSocket.Continuation, [0xC9], true, Reserved1),
        ];
        Assert.Equal(
            ["Fault 1002 A reserved bit is set that nothing was agreed about."], Clients.Hear(fragments, strict));
        Assert.Equal(
            ["Fault 1002 A reserved bit is set that nothing was agreed about."],
            Clients.Hear(Frame(PingFrame, [], true, Reserved1), strict));
        Assert.Equal(["Text a"], Clients.Hear(Frame(TextFrame, "a"), strict));
    }

    [Fact]
    public void A_message_that_swells_past_the_limit_is_1009()
    {
        var bomb = Deflate(new byte[100 << 20]);
        Assert.InRange(bomb.Length, 1, 200_000);
        var rules = Agreed with { MaxMessageBytes = 1 << 20 };

        Assert.Equal(
            ["Fault 1009 The message is longer than this server takes."],
            Clients.Hear(Frame(TextFrame, bomb, true, Reserved1), rules));
        Assert.Equal(
            1 << 20,
            Clients.Hear(Frame(
                TextFrame, Deflate(new byte[1 << 20]), true, Reserved1), rules)[0].Length - "Text ".Length);
    }

    [Fact]
    public void What_cannot_be_decompressed_or_is_no_text_then_is_1007()
    {
        Assert.Equal(["Fault 1007 The message cannot be decompressed."], Hear(0xFF, 0xFF, 0xFF));
        Assert.Equal(
            ["Fault 1007 The text is not UTF-8."],
            Clients.Hear(Frame(TextFrame, Deflate([0xFF, 0xFE]), true, Reserved1), Agreed));
    }

    [Fact]
    public void Any_text_that_is_compressed_by_us_is_read_again() => Claim.Holds(Any.Utf8, text =>
    {
        byte[] longer = [.. Enumerable.Range(0, 40).SelectMany(_ => text)];
        var frame = Written(longer, Framing.WebSocket.Deflated);
        Assert.Equal([("Text " + longer.Latin1()).TrimEnd(' ')], Clients.Hear(frame, Agreed));
    });

    [Fact]
    public void Only_what_gets_shorter_and_takes_no_long_time_is_compressed()
    {
        var small = new byte[255];
        Assert.Equal(0x81, Written(small, Framing.WebSocket.Deflated)[0]);
        Assert.Equal(0xC1, Written(new byte[256], Framing.WebSocket.Deflated)[0]);
        Assert.Equal(0xC2, Written(new byte[256], Framing.WebSocket.Deflated.Binary)[0]);
        Assert.Equal(0x81, Written(new byte[256], Framing.WebSocket.Deflated.NotDeflated)[0]);
        Assert.Equal(0xC1, Written(new byte[128 * 1024], Framing.WebSocket.Deflated)[0]);
        Assert.Equal(0x81, Written(new byte[(128 * 1024) + 1], Framing.WebSocket.Deflated)[0]);
        var noise = new byte[300];
        new Random(1).NextBytes(noise);
        Assert.Equal([0x82, 126, 1, 44, .. noise], Written(noise, Framing.WebSocket.Deflated.Binary));
    }

    [Theory]
    [InlineData("permessage-deflate", 0)]
    [InlineData("permessage-deflate; client_max_window_bits", 0)]
    [InlineData(
        "PerMessage-Deflate ; client_max_window_bits = 10; server_no_context_takeover;client_no_context_takeover", 0)]
    [InlineData("permessage-deflate; client_max_window_bits=\"15\"", 0)]
    [InlineData("permessage-deflate; server_max_window_bits=10", 10)]
    [InlineData("permessage-deflate; server_max_window_bits=\"8\"; client_max_window_bits", 8)]
    [InlineData("permessage-deflate; server_max_window_bits=15", 15)]
    [InlineData("x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=16, permessage-deflate", 0)]
    [InlineData("permessage-deflate; server_max_window_bits=9, permessage-deflate", 9)]
    [InlineData("x; y=\"a, b\\\", c\", permessage-deflate", 0)]
    public void The_first_offer_that_can_be_kept_is_taken(string offers, int windowBits)
    {
        var taken = DeflateOffer.In(offers.Latin1());
        Assert.Equal(new DeflateOffer(true, windowBits), taken);
        Assert.Equal(windowBits is 0 or 15, taken.MayCompress);
    }

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=7")]
    [InlineData("permessage-deflate; server_max_window_bits=010")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=\"10")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate;; client_no_context_takeover")]
    [InlineData("x; y=\"a, permessage-deflate, b\"")]
    [InlineData("x-permessage-deflate")]
    [InlineData(", ,")]
    [InlineData("")]
    public void Any_other_offer_is_declined(string offers) => Assert.Equal(default, DeflateOffer.In(offers.Latin1()));

    [Fact]
    public void A_message_that_is_not_to_be_heard_is_not_decompressed()
    {
        var reader = new MessageReader(new ByteBuffer(), new ByteBuffer());
        var deaf = new FrameRules(new() { MaxHeardBytes = 4 }, 1 << 20, IsDeflateAgreed: true);
        var bomb = Frame(TextFrame, Deflate(new byte[1 << 20]), true, Reserved1);

        Assert.Equal(IncomingKind.Dropped, reader.Read(bomb, deaf, out var consumed).Kind);

        Assert.Equal(bomb.Length, consumed);
        Assert.InRange(reader.TakeWork(), 1, bomb.Length + 100);
        Assert.Equal(["Text ping", "Dropped", "Dropped", "Text"], Clients.Hear(
            [
                .. Frame(TextFrame, Deflate("ping"u8.ToArray()), true, Reserved1), .. Frame(
                    TextFrame, Deflate("pings"u8.ToArray()), true, Reserved1),
                .. Frame(TextFrame, "pings"), .. Frame(TextFrame, ""),
            ],
            deaf,
            7));
    }

    [Fact]
    public void What_is_decompressed_is_counted_as_work()
    {
        var reader = new MessageReader(new ByteBuffer(), new ByteBuffer());
        reader.Read(Frame(TextFrame, Deflate(new byte[60_000]), true, Reserved1), Agreed, out _);
        Assert.InRange(reader.TakeWork(), 60_000, 200_000);
        Assert.Equal(0, reader.TakeWork());
    }

    private static List<string> Hear(params byte[] deflated) =>
        Clients.Hear(Frame(TextFrame, deflated, true, Reserved1), Agreed);

    private static byte[] Written(ReadOnlySpan<byte> content, Framing framing)
    {
        var output = new ByteBuffer();
        var piece = framing.Begin(output);
        output.Write(content);
        framing.End(output, piece);
        return output.Written.ToArray();
    }

    private static byte[] Deflate(byte[] content)
    {
        var stream = new MemoryStream();
        using var deflate = new DeflateStream(stream, CompressionLevel.Optimal);
        deflate.Write(content);
        deflate.Flush();
        return stream.ToArray()[..^4];
    }
}
