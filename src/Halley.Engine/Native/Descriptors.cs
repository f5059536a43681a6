using System.Runtime.InteropServices;

namespace Halley.Engine.Native;

/// <summary>Descriptors that go from one process to another over a Unix socket (SCM_RIGHTS).</summary>
internal static unsafe class Descriptors
{
    /// <summary>The most in one message; the kernel's limit is 253.</summary>
    public const int MostAtOnce = 200;

    private const int LevelSocket = 1;
    private const int Rights = 1;
    private const int HeaderBytes = 16;
    private const int CloseOnExec = 0x40000000;

    /// <summary>Sends some, with a byte that they travel with.</summary>
    public static bool TrySend(int socket, ReadOnlySpan<int> descriptors, byte mark)
    {
        var control = stackalloc byte[HeaderBytes + (MostAtOnce * sizeof(int))];
        var length = HeaderBytes + (descriptors.Length * sizeof(int));
        *(nuint*)control = (nuint)length;
        ((int*)control)[2] = LevelSocket;
        ((int*)control)[3] = Rights;
        MemoryMarshal.AsBytes(descriptors).CopyTo(new Span<byte>(control + HeaderBytes, length - HeaderBytes));
        var piece = new Libc.Piece { Bytes = &mark, Length = 1 };
        var message = new Libc.MessageHeader
        {
            Pieces = &piece,
            PieceCount = 1,
            Control = descriptors.Length > 0 ? control : null,
            ControlLength = descriptors.Length > 0 ? (nuint)length : 0,
        };
        return Libc.SendMessage(socket, &message, Socket.NoSignal) == 1;
    }

    /// <summary>Waits for some on a socket that blocks; no process that is started gets them.</summary>
    /// <param name="mark">The byte that they came with; -1 where the other side has ended.</param>
    public static int[] Receive(int socket, out int mark)
    {
        var control = stackalloc byte[HeaderBytes + (MostAtOnce * sizeof(int))];
        byte one;
        var piece = new Libc.Piece { Bytes = &one, Length = 1 };
        var message = new Libc.MessageHeader
        {
            Pieces = &piece,
            PieceCount = 1,
            Control = control,
            ControlLength = HeaderBytes + (MostAtOnce * sizeof(int)),
        };
        mark = Libc.ReceiveMessage(socket, &message, CloseOnExec) == 1 ? one : -1;
        var hasSome = mark >= 0
            && message.ControlLength >= HeaderBytes
            && ((int*)control)[2] == LevelSocket
            && ((int*)control)[3] == Rights;
        var bytes = hasSome ? (int)*(nuint*)control - HeaderBytes : 0;
        return new ReadOnlySpan<int>(control + HeaderBytes, bytes / sizeof(int)).ToArray();
    }
}
