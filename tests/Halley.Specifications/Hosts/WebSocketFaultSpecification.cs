using Halley.Testing;
using static Halley.Testing.RawWebSocket;

namespace Halley.Specifications.Hosts;

/// <summary>What a WebSocket's client may not send, and how it is answered.</summary>
/// <inheritdoc/>
public abstract class WebSocketFaultSpecification(HostStart start) : HostSpecification(start)
{
    private const string Pong = "{\"type\":\"pong\"}";

    private static readonly byte[] Ping = Frame(TextFrame, "ping");

    /// <summary>What breaks a rule, and the code and the beginning of the sentence that it is answered with.</summary>
    public static TheoryData<string, byte[], int, string> Faults => new()
    {
        { "unmasked", Unmasked(TextFrame, "a"u8), 1002, "A client must mask" },
        { "reserved bit", Frame(TextFrame, "a"u8, reserved: 4), 1002, "A reserved bit" },
        { "reserved opcode", Frame(3, ""), 1002, "This opcode" },
        { "long ping", Frame(PingFrame, new string('p', 126)), 1002, "A control frame has at most" },
        { "fragmented ping", Frame(PingFrame, "", isFinal: false), 1002, "A control frame must not" },
        { "nothing to continue", Frame(RawWebSocket.Continuation, "a"), 1002, "There is no message" },
        {
            "second beginning",
            (byte[])[.. Frame(TextFrame, "a", isFinal: false), .. Frame(TextFrame, "b")],
            1002,
            "The message before"
        },
        { "long-winded length", (byte[])[0x81, 0xFE, 0, 1, 1, 2, 3, 4, 5], 1002, "A length must be written" },
        { "length of 64 bits", (byte[])[0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1002, "The highest bit" },
        { "too long", (byte[])[0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4], 1009, "The message is longer" },
        { "binary", Frame(BinaryFrame, "a"), 1003, "Only text" },
        { "not UTF-8", Frame(TextFrame, [0xC3, 0x28]), 1007, "The text is not UTF-8" },
        {
            "UTF-8 cut off by the end",
            (byte[])[.. Frame(TextFrame, [0xE2], isFinal: false), .. Frame(RawWebSocket.Continuation, [0x82])],
            1007,
            "The text is not UTF-8"
        },
        { "bad close code", Close(1006), 1002, "This close code" },
        { "half a close code", Frame(CloseFrame, "x"), 1002, "A close code" },
        { "bad close reason", Frame(CloseFrame, [3, 0xE8, 0xC3]), 1007, "The reason" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_breaks_a_rule_is_answered_with_a_code_and_a_sentence(
        string what, byte[] frames, int code, string sentence)
    {
        Assert.NotEmpty(what);
        await using var host = await StartAsync();
        using var client = await OpenAsync(host);

        await client.SendAsync((byte[])[.. frames, .. Ping]);

        var close = await client.ReadCloseAsync();
        Assert.Equal(code, close.CloseCode);
        Assert.StartsWith(sentence, close.CloseReason, StringComparison.Ordinal);
        await UntilSubscribedAsync(host, 0);
    }

    [Fact]
    public async Task Messages_up_to_the_limit_of_a_body_are_taken()
    {
        await using var host = await StartAsync(new HostSetup { MaxBodyBytes = 100_000 });
        using var client = await OpenAsync(host);
        await client.SendAsync((byte[])[.. Frame(TextFrame, new string('x', 100_000)), .. Ping]);
        Assert.Equal(Pong, await client.ReadTextAsync());

        await client.SendAsync(Frame(TextFrame, new string('x', 100_001)));

        Assert.Equal(1009, (await client.ReadCloseAsync()).CloseCode);
    }
}
