using System.Buffers.Binary;

namespace Halley.Load.Wire;

/// <summary>The frames that a client sends on a WebSocket: each whole, and masked.</summary>
internal static class WebSocketFrame
{
    public const byte Text = 0x81, Pong = 0x8A;

    public static byte[] Create(byte kind, ReadOnlySpan<byte> payload)
    {
        var longer = payload.Length > 125 ? 2 : 0;
        var frame = new byte[2 + longer + 4 + payload.Length];
        frame[0] = kind;
        frame[1] = (byte)(0x80 | (longer > 0 ? 126 : payload.Length));
        if (longer > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)payload.Length));
        }

        var mask = frame.AsSpan(2 + longer, 4);
        Random.Shared.NextBytes(mask);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[6 + longer + i] = (byte)(payload[i] ^ mask[i % 4]);
        }

        return frame;
    }
}
