using Halley.Protocol;

namespace Halley.Workers.Frames;

/// <summary>The type of a frame: its first byte. Both ends are the same program, so there are no versions.</summary>
internal enum FrameType : byte
{
    // From the main process to a worker.
    Setup = 1,
    Opened,
    Refused,
    Message,
    Cleared,
    Position,
    Ended,
    Presence,
    MainAlive,
    FollowFailed,
    Drain,

    // From a worker to the main process.
    Ready = 65,
    Failed,
    Log,
    Follow,
    Unfollow,
    AskPosition,
    Count,
    FollowPresence,
    WorkerAlive,
    Drained,

    // From either.
    Call = 129,
    Answer,
    CallFailed,
}

internal static class FrameTypeWriter
{
    public static void WriteType(this ByteBuffer output, FrameType type) => output.WriteByte((byte)type);
}
