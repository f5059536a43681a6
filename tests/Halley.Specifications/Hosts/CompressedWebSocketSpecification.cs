using System.IO.Compression;
using static Halley.Testing.RawWebSocket;

namespace Halley.Specifications.Hosts;

/// <summary>WebSockets whose two ends have agreed on permessage-deflate (RFC 7692).</summary>
/// <inheritdoc/>
public abstract class CompressedWebSocketSpecification(HostStart start) : HostSpecification(start)
{
    private const string Pong = "{\"type\":\"pong\"}";
    private const string Deflate = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

    [Fact]
    public async Task What_many_are_told_is_compressed_for_those_who_agreed()
    {
        await using var host = await StartAsync();
        using var plain = await OpenAsync(host);
        using var deflating = await OpenAsync(host, Deflate);
        Assert.Equal(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
            deflating.Answer["Sec-WebSocket-Extensions"]);
        var content = string.Concat(Enumerable.Range(0, 500).Select(i => $"{i} "));

        host.Publish("a", content);
        host.Publish("a", "short");

        var first = await deflating.ReadFrameAsync();
        Assert.Equal(4, first.Reserved);
        Assert.InRange(first.Payload.Length, 1, content.Length / 2);
        Assert.Equal(await plain.ReadTextAsync(), Inflate(first.Payload));
        Assert.Equal(await plain.ReadTextAsync(), await deflating.ReadTextAsync());
    }

    [Fact]
    public async Task A_compressed_message_of_the_client_is_heard_and_a_long_one_is_dropped_as_it_is()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(host, Deflate);

        await client.SendAsync((byte[])
        [
            .. Frame(TextFrame, Deflated(new byte[30 << 20]), reserved: 4),
            .. Frame(TextFrame, Deflated("ping"u8), reserved: 4),
        ]);

        Assert.Equal(Pong, await client.ReadTextAsync());
    }

    [Fact]
    public async Task Who_agreed_on_a_small_window_is_sent_nothing_compressed_and_may_compress()
    {
        await using var host = await StartAsync();
        using var client = await OpenAsync(
            host, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n");
        Assert.EndsWith(
            "; server_max_window_bits=9", client.Answer["Sec-WebSocket-Extensions"], StringComparison.Ordinal);
        await client.SendAsync(Frame(TextFrame, Deflated("ping"u8), reserved: 4));
        Assert.Equal(Pong, await client.ReadTextAsync());

        host.Publish("a", new string('x', 5000));

        Assert.Contains("xxx", await client.ReadTextAsync(), StringComparison.Ordinal);
    }

    private static byte[] Deflated(ReadOnlySpan<byte> content)
    {
        var stream = new MemoryStream();
        using var deflate = new DeflateStream(stream, CompressionLevel.Optimal);
        deflate.Write(content);
        deflate.Flush();
        return stream.ToArray()[..^4];
    }

    private static string Inflate(byte[] deflated)
    {
        using var inflate = new DeflateStream(
            new MemoryStream([.. deflated, 0, 0, 0xFF, 0xFF, 3, 0]), CompressionMode.Decompress);
        using var reader = new StreamReader(inflate);
        return reader.ReadToEnd();
    }
}
