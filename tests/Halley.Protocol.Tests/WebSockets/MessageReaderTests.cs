using FsCheck.Fluent;
using Halley.Protocol.WebSockets;
using Halley.Testing;
using Halley.Testing.Properties;
using static Halley.Protocol.Tests.WebSockets.Clients;
using static Halley.Testing.RawWebSocket;

namespace Halley.Protocol.Tests.WebSockets;

/// <summary>What the bytes of a WebSocket's client mean (RFC 6455, 5).</summary>
public class MessageReaderTests
{
    [Fact]
    public void The_examples_of_the_RFC_are_read_as_it_says()
    {
        byte[] hello = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58];
        Assert.Equal(["Text Hello"], Hear(hello, Strict));
        Assert.Equal(["Text Hello"], Hear([0x81, 0x05, .. "Hello"u8], TakesAll));
        Assert.Equal(["Text Hello"], Hear([0x01, 0x03, .. "Hel"u8, 0x80, 0x02, .. "lo"u8], TakesAll));
    }

    [Fact]
    public void Several_frames_at_once_are_several_messages() =>
        Assert.Equal(["Text a", "Text", "Text b"], Hear([.. Text("a"), .. Text(""), .. Text("b")], Strict));

    [Fact]
    public void A_message_in_fragments_is_one_message_and_pings_may_come_between() => Assert.Equal(
        ["Ping 1", "Pong 2", "Text abcd", "Text e"],
        Hear(
            [
                .. Text("a", isFinal: false), .. Frame(PingFrame, "1"), .. Continuation("bc", isFinal: false),
                .. Continuation("", isFinal: false),
                .. Frame(PongFrame, "2"), .. Continuation("d", isFinal: true), .. Text("e"),
            ],
            Strict));

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Every_way_to_write_a_length_is_read(int length)
    {
        var text = new string('x', length);
        Assert.Equal(["Text " + text], Hear(Text(text), Strict));
        Assert.Equal(["Text " + text], Hear(Text(text), Strict, 1000));
    }

    [Theory]
    [InlineData(new byte[] { 0x81, 127, 0, 0, 0, 0, 0, 0, 0, 2 })]
    [InlineData(new byte[] { 0x81, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x81, 126, 0, 125 })]
    [InlineData(new byte[] { 0x89, 126, 0, 1 })]
    public void A_length_must_be_written_in_the_shortest_way(byte[] header) =>
        Assert.Equal(["Fault 1002 A length must be written in as few bytes as it can be."], Hear(header, TakesAll));

    [Fact]
    public void What_is_longer_than_what_is_heard_is_checked_and_dropped_and_not_kept()
    {
        var rules = new FrameRules(new() { MaxHeardBytes = 4 }, 1000, IsDeflateAgreed: false);
        var store = new ByteBuffer();
        var reader = new MessageReader(store, new ByteBuffer());
        reader.Read(Text(new string('x', 500), isFinal: false), rules, out _);
        Assert.Equal(0, store.Length);
        Assert.False(reader.IsIdle);
        Assert.Equal(
            IncomingKind.Dropped, reader.Read(Continuation(new string('x', 500), isFinal: true), rules, out _).Kind);
        Assert.True(reader.IsIdle);

        Assert.Equal(
            ["Text abcd", "Dropped", "Ping p", "Text"],
            Hear(
                [
                    .. Text("abcd"), .. Text("ab", false), .. Continuation("cde", true), .. Frame(PingFrame, "p"),
                    .. Text(""),
                ],
                rules,
                3));
        Assert.Equal(["Fault 1007 The text is not UTF-8."], Hear(Frame(TextFrame, [.. new byte[100], 0xFF]), rules));
        Assert.Equal(
            ["Fault 1009 The message is longer than this server takes."],
            Hear([.. Text(new string('x', 600), false), .. Continuation(new string('x', 600), true)], rules));
        Assert.Equal(
            ["Dropped", "Dropped"],
            Hear([.. Text("a"), .. Text("")], rules with { Options = new() { MaxHeardBytes = 0 } }));
    }

    [Fact]
    public void Where_nothing_may_be_said_the_first_header_of_a_message_ends_it()
    {
        var rules = Strict with { Options = new() { Refusal = "not here"u8.ToArray(), TakesBinary = true } };
        Assert.Equal(
            ["Ping p", "Fault 1008 not here"],
            Hear([.. Frame(PingFrame, "p"), .. Text("a long message").AsSpan(0, 6)], rules));
        Assert.Equal(["Fault 1008 not here"], Hear(Frame(BinaryFrame, "b"), rules));
    }

    [Fact]
    public void An_endpoint_may_take_less_than_its_listener() =>
        Assert.Equal(
            ["Text abc", "Fault 1009 The message is longer than this server takes."],
            Hear([.. Text("abc"), .. Text("abcd")], Strict with { Options = new() { MaxMessageBytes = 3 } }));

    [Fact]
    public void A_message_longer_than_the_limit_is_1009_before_it_has_come()
    {
        byte[] header = [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
        Assert.Equal(["Fault 1009 The message is longer than this server takes."], Hear(header, Strict));
        var half = new string('x', 40_000);
        Assert.Equal(
            ["Fault 1009 The message is longer than this server takes."],
            Hear([.. Text(half, isFinal: false), .. Continuation(half, isFinal: true)], Strict));
    }

    [Fact]
    public void Frames_without_a_mask_are_taken_only_where_that_was_chosen()
    {
        Assert.Equal(["Fault 1002 A client must mask its frames."], Hear(Unmasked(TextFrame, "a"u8), Strict));
        Assert.Equal(["Text a", "Text b"], Hear([.. Unmasked(TextFrame, "a"u8), .. Text("b")], TakesAll));
    }

    [Fact]
    public void Binary_messages_are_taken_only_where_that_was_chosen()
    {
        Assert.Equal(["Fault 1003 Only text messages are taken here."], Hear(Frame(BinaryFrame, [0xFF]), Strict));
        Assert.Equal(["Binary \u00ff"], Hear(Frame(BinaryFrame, [0xFF]), TakesAll));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Reserved_bits_are_a_fault_unless_they_are_ignored(int reserved)
    {
        Assert.Equal(
            ["Fault 1002 A reserved bit is set that nothing was agreed about."],
            Hear(Frame(TextFrame, "a"u8, reserved: reserved), Strict));
        Assert.Equal(["Text a"], Hear(Frame(TextFrame, "a"u8, reserved: reserved), TakesAll));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    public void Reserved_opcodes_are_a_fault(int opcode) =>
        Assert.Equal(["Fault 1002 This opcode is reserved."], Hear(Frame(opcode, ""), TakesAll));

    [Fact]
    public void Control_frames_are_short_and_whole()
    {
        Assert.Equal(["Ping " + new string('p', 125)], Hear(Frame(PingFrame, new string('p', 125)), Strict));
        Assert.Equal(
            ["Fault 1002 A control frame has at most 125 bytes of payload."],
            Hear(Frame(PingFrame, new string('p', 126)), Strict));
        Assert.Equal(
            ["Fault 1002 A control frame must not be fragmented."],
            Hear(Frame(PingFrame, "p", isFinal: false), Strict));
    }

    [Fact]
    public void A_message_ends_before_the_next_begins()
    {
        Assert.Equal(["Fault 1002 There is no message to continue."], Hear(Continuation("a", isFinal: true), Strict));
        Assert.Equal(
            ["Fault 1002 The message before has not ended."],
            Hear([.. Text("a", isFinal: false), .. Text("b")], Strict));
        Assert.Equal(
            ["Text ab", "Fault 1002 There is no message to continue."],
            Hear(
                [
                    .. Text("a", isFinal: false),
                    .. Continuation("b", isFinal: true),
                    .. Continuation("c", isFinal: true),
                ],
                Strict));
    }

    [Fact]
    public void A_length_with_its_highest_bit_set_is_a_fault() =>
        Assert.Equal(
            ["Fault 1002 The highest bit of a length must be 0."],
            Hear([0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], Strict));

    [Fact]
    public void A_close_may_have_a_code_and_a_reason()
    {
        Assert.Equal(["Close"], Hear(Frame(CloseFrame, ""), Strict));
        Assert.Equal(["Close 1000"], Hear(Close(1000), Strict));
        Assert.Equal(["Text a", "Close 4321 bye"], Hear([.. Text("a"), .. Close(4321, "bye"), .. Text("b")], Strict));
        Assert.Equal(["Fault 1002 A close code has two bytes."], Hear(Frame(CloseFrame, [3]), Strict));
        Assert.Equal(
            ["Fault 1007 The reason in a close frame must be UTF-8."],
            Hear(Frame(CloseFrame, [3, 0xE8, 0xFF]), Strict));
    }

    [Fact]
    public void Only_close_codes_that_may_be_sent_are_taken()
    {
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var mayBeSent = code is >= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999;
            Assert.Equal(
                mayBeSent ? $"Close {code}" : "Fault 1002 This close code must not be sent.",
                Assert.Single(Hear(Close(code), Strict)));
        }
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0x80 })]
    public void Text_that_is_not_UTF8_is_1007_however_it_is_cut(byte[] text)
    {
        for (var cut = 1; cut <= text.Length; cut++)
        {
            byte[] fragments = [
                .. Frame(TextFrame, text.AsSpan(0, cut), isFinal: false),
                .. Frame(RawWebSocket.Continuation, text.AsSpan(cut)),
            ];
            Assert.Equal(["Fault 1007 The text is not UTF-8."], Hear(Frame(TextFrame, text), Strict, cut));
            Assert.Equal(["Fault 1007 The text is not UTF-8."], Hear(fragments, Strict));
        }
    }

    [Fact]
    public void Text_that_can_no_longer_become_UTF8_is_refused_before_its_end()
    {
        byte[] begun = [.. Frame(TextFrame, [(byte)'a', 0xF4, 0x90, .. new byte[100]])];
        Assert.Equal(["Fault 1007 The text is not UTF-8."], Hear(begun.AsSpan(0, 9), Strict));
    }

    [Fact]
    public void Any_UTF8_in_any_fragments_cut_anywhere_is_the_message_that_was_sent() => Claim.Holds(
        (from text in Any.Utf8.Generator
         from fragments in Gen.Choose(1, 7)
         from cut in Gen.Choose(1, 40)
         from key in Gen.Choose(int.MinValue, int.MaxValue)
         select (text, fragments, cut, key)).ToArbitrary(),
        sent =>
        {
            var bytes = new List<byte>();
            for (int start = 0, turn = 0; turn == 0 || start < sent.text.Length; start += sent.fragments, turn++)
            {
                var length = Math.Min(sent.fragments, sent.text.Length - start);
                var isFinal = start + length >= sent.text.Length;
                bytes.AddRange(
                    Frame(
                        turn == 0 ? TextFrame : RawWebSocket.Continuation,
                        sent.text.AsSpan(start, length),
                        isFinal,
                        key: (uint)sent.key));
            }

            Assert.Equal([("Text " + sent.text.Latin1()).TrimEnd(' ')], Hear(bytes.ToArray(), Strict, sent.cut));
        },
        times: 500);

    [Fact]
    public void While_nothing_is_half_there_the_reader_is_idle()
    {
        var reader = new MessageReader(new ByteBuffer(), new ByteBuffer());
        Assert.True(reader.IsIdle);
        foreach (var frame in new[] { Text("abc"), Frame(PingFrame, "p") })
        {
            for (var i = 0; i < frame.Length; i++)
            {
                Assert.True(i == 0 == reader.IsIdle);
                reader.Read(frame.AsSpan(i, 1), Strict, out _);
            }

            Assert.True(reader.IsIdle);
        }

        reader.Read(Text("a", isFinal: false), Strict, out _);
        Assert.False(reader.IsIdle);
    }

    [Fact]
    public void A_mask_is_taken_off_whatever_the_length_and_the_place()
    {
        for (var length = 0; length < 200; length++)
        {
            var text = new string('m', length);
            Assert.Equal([("Text " + text).TrimEnd(' ')], Hear(Text(text), Strict, 3, 50, 1));
        }
    }
}
