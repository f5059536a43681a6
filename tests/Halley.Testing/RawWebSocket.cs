using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Halley.Testing;

/// <summary>A frame that a server sent.</summary>
public sealed record ServerFrame(int Opcode, bool IsFinal, int Reserved, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>Of a close frame; 0 where it says nothing.</summary>
    public int CloseCode => Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : 0;

    /// <summary>Of a close frame.</summary>
    public string CloseReason => Payload.Length >= 2 ? Encoding.UTF8.GetString(Payload.AsSpan(2)) : "";
}

/// <summary>
/// A WebSocket's client that sends what a test says, right or wrong, and reads the server's frames one by one, refusing
/// those that no server may send. It answers nothing by itself.
/// </summary>
public sealed class RawWebSocket : IDisposable
{
    public const int Continuation = 0;
    public const int TextFrame = 1;
    public const int BinaryFrame = 2;
    public const int CloseFrame = 8;
    public const int PingFrame = 9;
    public const int PongFrame = 10;

    /// <summary>The key of RFC 6455's example, and what it is answered with.</summary>
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private RawWebSocket(RawHttpClient client, RawResponse answer)
    {
        Client = client;
        Answer = answer;
    }

    public RawHttpClient Client { get; }

    /// <summary>The head that the handshake was answered with.</summary>
    public RawResponse Answer { get; }

    /// <summary>A handshake as a browser sends it.</summary>
    /// <param name="fields">Further fields, each with its line end.</param>
    public static string Handshake(string target, string fields = "") =>
        $"GET {target} HTTP/1.1\r\nHost: halley\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + $"Sec-WebSocket-Key: {Key}\r\nSec-WebSocket-Version: 13\r\n{fields}\r\n";

    /// <summary>Connects, and returns when the server has agreed.</summary>
    /// <param name="fields">Further fields of the handshake, each with its line end.</param>
    /// <param name="alongside">Frames that are sent in one segment with the handshake.</param>
    public static async Task<RawWebSocket> ConnectAsync(
        IPEndPoint server, string target, string fields = "", byte[]? alongside = null)
    {
        var client = await RawHttpClient.ConnectAsync(server);
        await client.SendAsync((byte[])[.. Encoding.UTF8.GetBytes(Handshake(target, fields)), .. alongside ?? []]);
        var answer = await client.ReadResponseAsync(hasBody: false);
        return answer.Status == 101 && answer["Sec-WebSocket-Accept"] == Accept
            ? new RawWebSocket(client, answer)
            : throw new InvalidDataException($"The handshake was refused:\n{answer.Head}");
    }

    /// <summary>A client's frame, masked as it must be.</summary>
    /// <param name="reserved">The three reserved bits: 4 is the one of permessage-deflate.</param>
    public static byte[] Frame(
        int opcode, ReadOnlySpan<byte> payload, bool isFinal = true, int reserved = 0, uint key = 0x1234_56A8)
    {
        var frame = Unmasked(opcode, payload, isFinal, reserved);
        var header = frame.Length - payload.Length;
        frame[1] |= 0x80;
        Span<byte> mask = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, key);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[header + i] ^= mask[i % 4];
        }

        return [.. frame.AsSpan(0, header), .. mask, .. frame.AsSpan(header)];
    }

    public static byte[] Frame(int opcode, string payload, bool isFinal = true) =>
        Frame(opcode, Encoding.UTF8.GetBytes(payload), isFinal);

    /// <summary>A frame without a mask, as only servers may send it.</summary>
    public static byte[] Unmasked(int opcode, ReadOnlySpan<byte> payload, bool isFinal = true, int reserved = 0)
    {
        var first = (byte)((isFinal ? 0x80 : 0) | (reserved << 4) | opcode);
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)payload.Length],
            <= ushort.MaxValue => [126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [
                127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16),
                (byte)(payload.Length >> 8), (byte)payload.Length,
            ],
        };
        return [first, .. length, .. payload];
    }

    /// <summary>The frame with which a client closes.</summary>
    public static byte[] Close(int code, string reason = "") =>
        Frame(CloseFrame, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    public Task SendAsync(ReadOnlyMemory<byte> frames) => Client.SendAsync(frames);

    public Task SendTextAsync(string text) => SendAsync(Frame(TextFrame, text));

    public async Task<ServerFrame> ReadFrameAsync()
    {
        var start = await Client.ReadExactlyAsync(2);
        if ((start[1] & 0x80) != 0)
        {
            throw new InvalidDataException("The server masked a frame.");
        }

        var length = start[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await Client.ReadExactlyAsync(2)),
            127 => checked((int)BinaryPrimitives.ReadInt64BigEndian(await Client.ReadExactlyAsync(8))),
            var small => small,
        };
        if (start[1] != (length < 126 ? length : length <= ushort.MaxValue ? 126 : 127))
        {
            throw new InvalidDataException($"A length of {length} is not written in the shortest way.");
        }

        return new(start[0] & 0xF, (start[0] & 0x80) != 0, (start[0] >> 4) & 7, await Client.ReadExactlyAsync(length));
    }

    /// <summary>The next frame, which must be a whole text message that is not compressed.</summary>
    public async Task<string> ReadTextAsync() => TextOf(await ReadFrameAsync());

    /// <summary>The same, or null where the server says that the conversation has ended, and why matters not.</summary>
    public async Task<string?> ReadTextOrCloseAsync()
    {
        var frame = await ReadFrameAsync();
        return frame.Opcode == CloseFrame ? null : TextOf(frame);
    }

    private static string TextOf(ServerFrame frame) => frame is { Opcode: TextFrame, IsFinal: true, Reserved: 0 }
        ? frame.Text
        : throw new InvalidDataException($"Not a text message: {frame} {frame.CloseCode} {frame.CloseReason}");

    /// <summary>The next frame, which must be a close, and then the end of the connection.</summary>
    public async Task<ServerFrame> ReadCloseAsync()
    {
        var frame = await ReadFrameAsync();
        if (frame is not { Opcode: CloseFrame, IsFinal: true, Reserved: 0 })
        {
            throw new InvalidDataException($"Not a close: {frame} {frame.Text}");
        }

        var rest = await Client.ReadToEndAsync();
        return rest.Length == 0 ? frame : throw new InvalidDataException($"{rest.Length} bytes came after the close.");
    }

    public void Dispose() => Client.Dispose();
}
