using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Halley.Engine.Native;

/// <summary>
/// An epoll descriptor and room for the events of one wait. Belongs to one thread; <see cref="Dispose"/> closes it.
/// </summary>
internal sealed unsafe class Epoll : IDisposable
{
    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;
    public const uint PeerShutdown = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int CloseOnExec = 0x80000;
    private const int OperationAdd = 1;
    private const int OperationModify = 3;
    private const int Capacity = 512;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + sizeof(ulong);

    private readonly int _fd;
    private readonly byte* _events;

    public Epoll()
    {
        _fd = Libc.EpollCreate(CloseOnExec);
        if (_fd < 0)
        {
            throw new IOException($"epoll_create1: {Errno.Describe(Errno.Last)}");
        }

        _events = (byte*)NativeMemory.AllocZeroed((nuint)(Capacity * EventSize));
    }

    /// <summary>Watches a descriptor; its events will carry <paramref name="data"/>.</summary>
    /// <returns>False when the kernel refuses: out of memory, or of watches.</returns>
    public bool Add(int fd, uint events, ulong data) => Control(OperationAdd, fd, events, data);

    public bool Modify(int fd, uint events, ulong data) => Control(OperationModify, fd, events, data);

    /// <summary>Waits for events.</summary>
    /// <returns>Their number; 0 after the timeout, and where a signal came.</returns>
    public int Wait(int timeoutMs) => Math.Max(0, Libc.EpollWait(_fd, _events, Capacity, timeoutMs));

    public uint EventsAt(int index) => Unsafe.ReadUnaligned<uint>(_events + (index * EventSize));

    public ulong DataAt(int index) => Unsafe.ReadUnaligned<ulong>(_events + (index * EventSize) + DataOffset);

    public void Dispose()
    {
        _ = Libc.Close(_fd);
        NativeMemory.Free(_events);
    }

    private bool Control(int operation, int fd, uint events, ulong data)
    {
        var @event = stackalloc byte[16];
        Unsafe.WriteUnaligned(@event, events);
        Unsafe.WriteUnaligned(@event + DataOffset, data);
        return Libc.EpollCtl(_fd, operation, fd, @event) == 0;
    }
}
