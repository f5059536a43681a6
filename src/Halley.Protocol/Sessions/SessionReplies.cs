namespace Halley.Protocol.Sessions;

/// <summary>
/// A buffer for the replies to one message: a thread has one, and a session in the midst of another's work a new one.
/// </summary>
internal static class SessionReplies
{
    [ThreadStatic]
    private static ByteBuffer? Own;

    public static ByteBuffer Rent()
    {
        var buffer = Own ?? new ByteBuffer();
        Own = null;
        return buffer;
    }

    public static void Return(ByteBuffer buffer)
    {
        buffer.Clear();
        Own = buffer;
    }
}
