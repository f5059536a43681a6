using Halley.Protocol;

namespace Halley.Nodes.Frames;

/// <summary>What a frame between nodes is: its first byte. The handshake names the version that both speak.</summary>
internal enum FrameType : byte
{
    // The handshake: from who dialled, from who was dialled, from who dialled; or the end of it.
    Hello = 1,
    Challenge,
    Proof,
    Refusal,

    // From who dialled.
    Ping = 16,
    GivenUp,
    Announcement,
    Request,

    // From who was dialled.
    Pong = 32,
    Answer,
    Misdirected,
}

internal static class FrameTypeWriter
{
    public static void WriteType(this ByteBuffer output, FrameType type) => output.WriteByte((byte)type);
}
