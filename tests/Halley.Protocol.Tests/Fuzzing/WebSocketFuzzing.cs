using System.Text.Unicode;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;
using Halley.Testing;

namespace Halley.Protocol.Tests.Fuzzing;

/// <summary>
/// A WebSocket's client that sends anything at all: nothing throws, nothing outside is touched, and how the bytes were
/// cut changes nothing.
/// </summary>
public class WebSocketFuzzing
{
    private const int MaxMessageBytes = 2000;

    private static readonly byte[][] Good =
    [
        RawWebSocket.Frame(RawWebSocket.TextFrame, "ping"),
        RawWebSocket.Frame(RawWebSocket.TextFrame, "é 你 😀"),
        RawWebSocket.Frame(RawWebSocket.TextFrame, new string('x', 300)),
        RawWebSocket.Frame(RawWebSocket.TextFrame, "begins ", isFinal: false),
        RawWebSocket.Frame(RawWebSocket.Continuation, "goes on \u20AC", isFinal: false),
        RawWebSocket.Frame(RawWebSocket.Continuation, "ends"),
        RawWebSocket.Frame(RawWebSocket.BinaryFrame, [0, 1, 0xFF]),
        RawWebSocket.Unmasked(RawWebSocket.TextFrame, "unmasked"u8),
        RawWebSocket.Frame(RawWebSocket.PingFrame, "p"),
        RawWebSocket.Frame(RawWebSocket.PongFrame, ""),
        RawWebSocket.Close(1000, "bye"),
        RawWebSocket.Frame(RawWebSocket.TextFrame, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], reserved: 4),
        RawWebSocket.Frame(RawWebSocket.TextFrame, [0xF2, 0x48, 0xCD], isFinal: false, reserved: 4),
        RawWebSocket.Frame(RawWebSocket.Continuation, [0xC9, 0xC9, 0x07, 0x00]),
        [0x81, 0xFE, 0x01, 0x00],
        [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4],
    ];

    private static readonly byte[] Telling = [
        0x00, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A, 0xC1, 0xC2, 0x7D, 0x7E, 0x7F, 0xFD,
        0xFE, 0xFF, 0xE2, 0xF0,
    ];

    private static readonly WebSocketOptions[] Options =
        [
            WebSocketOptions.Default, new() { TakesBinary = true }, new() { MaxHeardBytes = 0 },
            new() { MaxHeardBytes = 4, MaxMessageBytes = 100 },
            new() { TakesBinary = true, TakesUnmasked = true, IgnoresReservedBits = true },
        ];

    [Fact]
    public void Frames() => new Fuzzer(Good, Telling).Run((input, chance) =>
    {
        var rules = new FrameRules(Options[chance.Next(Options.Length)], MaxMessageBytes, chance.Next(2) == 0);
        var whole = Hear([input], rules);
        var cut = Hear(Pieces.Cut(input, chance), rules);
        if (!whole.SequenceEqual(cut))
        {
            Assert.Equal(whole, cut);
        }
    });

    [Fact]
    public void What_was_heard_is_heard_again_when_it_is_sent_again() =>
        new Fuzzer(Good, Telling).Run((input, chance) =>
        {
            var rules = new FrameRules(Options[^1], MaxMessageBytes, IsDeflateAgreed: false);
            var heard =
                Hear([input], rules).Where(line => line.Kind is not (IncomingKind.None or IncomingKind.Fault)).ToList();
            var again = heard.SelectMany(line => Encode(line, chance)).ToArray();
            var heardAgain = Hear([again], rules);
            if (!heard.SequenceEqual(heardAgain))
            {
                Assert.Equal(heard, heardAgain);
            }
        });

    [Fact]
    public void Handshakes() => new Fuzzer(
        [
            RawWebSocket.Handshake("/ws?cname=a").Latin1(),
            RawWebSocket.Handshake(
                "/ws",
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=\"12\", x; y\r\n").Latin1(),
            RawWebSocket.Handshake("/ws", "Sec-WebSocket-Protocol: a, ws+meta.nchan\r\nUpgrade: h2c\r\n").Latin1(),
        ],
        "\r\n :;,=\"\t%"u8.ToArray()).Run((input, _) =>
    {
        if (RequestParser.Parse(input, out var head) is null)
        {
            var request = new HttpRequest(head, head.Path, default);
            var handshake = new Handshake(request);
            var strict = handshake.Check();
            Assert.True(strict != HandshakeFault.None || handshake.Check(takesDraft: true) == HandshakeFault.None);
            handshake.ChooseOf(["x"u8.ToArray(), "ws+meta.nchan"u8.ToArray()]);
            handshake.Offers("ws+meta.nchan"u8);
            var output = new ByteBuffer();
            handshake.WriteAnswer(new ResponseHead("101 Switching Protocols", []), output);
            Assert.Equal(output.Length - 4, output.Written.IndexOf("\r\n\r\n"u8));
        }
    });

    private static List<Heard> Hear(IEnumerable<byte[]> pieces, FrameRules rules)
    {
        var reader = new MessageReader(new ByteBuffer(), new ByteBuffer());
        var heard = new List<Heard>();
        foreach (var piece in pieces)
        {
            if (heard is [.., { Kind: IncomingKind.Close or IncomingKind.Fault }])
            {
                break;
            }

            Pieces.Walled(piece, memory => Hear(memory, reader, rules, heard));
        }

        if (!reader.IsIdle && heard is not [.., { Kind: IncomingKind.Close or IncomingKind.Fault }])
        {
            heard.Add(new(IncomingKind.None, 0, "more is to come"));
        }

        return heard;
    }

    private static void Hear(Memory<byte> piece, MessageReader reader, FrameRules rules, List<Heard> heard)
    {
        while (!piece.IsEmpty)
        {
            var incoming = reader.Read(piece.Span, rules, out var consumed);
            Assert.InRange(consumed, incoming.Kind == IncomingKind.None ? piece.Length : 1, piece.Length);
            piece = piece[consumed..];
            if (incoming.Kind == IncomingKind.None)
            {
                continue;
            }

            Assert.True(incoming.Content.Length <= MaxMessageBytes);
            Assert.True(incoming.Kind is not IncomingKind.Text || Utf8.IsValid(incoming.Content));
            heard.Add(new(incoming.Kind, (int)incoming.Code, incoming.Content.Latin1()));
            if (incoming.Kind is IncomingKind.Close or IncomingKind.Fault)
            {
                return;
            }
        }
    }

    private static byte[] Encode(Heard heard, Random chance)
    {
        var content = heard.Content.Latin1();
        return heard.Kind switch
        {
            IncomingKind.Text or IncomingKind.Binary => EncodeInTwo(
                heard.Kind == IncomingKind.Text ? RawWebSocket.TextFrame : RawWebSocket.BinaryFrame, content, chance),
            IncomingKind.Ping => RawWebSocket.Frame(RawWebSocket.PingFrame, content, key: (uint)chance.Next()),
            IncomingKind.Pong => RawWebSocket.Frame(RawWebSocket.PongFrame, content, key: (uint)chance.Next()),
            _ when heard.Code == 0 => RawWebSocket.Frame(RawWebSocket.CloseFrame, []),
            _ => RawWebSocket.Frame(RawWebSocket.CloseFrame, [(byte)(heard.Code >> 8), (byte)heard.Code, .. content]),
        };
    }

    private static byte[] EncodeInTwo(int opcode, byte[] content, Random chance)
    {
        var first = chance.Next(content.Length + 1);
        return
        [
            .. RawWebSocket.Frame(opcode, content.AsSpan(0, first), isFinal: false, key: (uint)chance.Next()),
            .. RawWebSocket.Frame(RawWebSocket.Continuation, content.AsSpan(first), key: (uint)chance.Next()),
        ];
    }

    private readonly record struct Heard(IncomingKind Kind, int Code, string Content);
}
