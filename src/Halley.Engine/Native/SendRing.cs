using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Halley.Engine.Native;

/// <summary>
/// Many sends with one system call: an io_uring that is filled, submitted and read to its end before anything else
/// happens, so that it never owes an answer. Belongs to one thread; <see cref="Dispose"/> closes it.
/// </summary>
internal sealed unsafe class SendRing : IDisposable
{
    /// <summary>
    /// The result of a send that the kernel did not take from us: nothing was sent, and nothing is wrong with the
    /// socket.
    /// </summary>
    public const int NotTried = int.MinValue;

    private const int CallSetUp = 425;
    private const int CallEnter = 426;

    // One that fails does not keep those behind it waiting. Linux 5.18 knows it; there a send that would block ends at
    // once instead of being kept.
    private const uint SubmitAll = 1 << 7;
    private const uint GetEvents = 1;
    private const uint HasSingleMap = 1;

    private const int ReadWrite = 0x3;
    private const int SharedPopulated = 0x8001;
    private const nint OffsetOfRings = 0;
    private const nint OffsetOfEntries = 0x1000_0000;

    private const byte OperationSend = 26;
    private const int DontWait = 0x40;

    private readonly int _fd;
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly Entry* _entries;
    private readonly uint* _submitHead;
    private readonly uint* _submitTail;
    private readonly uint* _completeHead;
    private readonly uint* _completeTail;
    private readonly Completion* _completions;
    private readonly uint _mask;
    private readonly uint _completeMask;
    private readonly int[] _results;
    private uint _first;
    private uint _last;

    private SendRing(int fd, in Parameters parameters, byte* rings, nuint ringsLength, Entry* entries)
    {
        _fd = fd;
        _rings = rings;
        _ringsLength = ringsLength;
        _entries = entries;
        Capacity = (int)parameters.SubmitEntries;
        _results = new int[Capacity];
        _mask = parameters.SubmitEntries - 1;
        _completeMask = parameters.CompleteEntries - 1;
        _submitHead = (uint*)(rings + parameters.Submit.Head);
        _submitTail = (uint*)(rings + parameters.Submit.Tail);
        _completeHead = (uint*)(rings + parameters.Complete.Head);
        _completeTail = (uint*)(rings + parameters.Complete.Tail);
        _completions = (Completion*)(rings + parameters.Complete.Entries);
        var order = (uint*)(rings + parameters.Submit.Order);
        for (var i = 0u; i < parameters.SubmitEntries; i++)
        {
            // What is the same each time is written once: the kernel only reads here.
            order[i] = i;
            entries[i] = new Entry { Operation = OperationSend, MessageFlags = Socket.NoSignal | DontWait, Tag = i };
        }
    }

    /// <summary>The most sends of one submission.</summary>
    public int Capacity { get; }

    /// <summary>The number of sends added since the last submission.</summary>
    public int Count { get; private set; }

    /// <param name="capacity">A power of two.</param>
    /// <returns>Null when the kernel has no io_uring for us; <see cref="Errno.Last"/> says why.</returns>
    public static SendRing? TryOpen(int capacity)
    {
        var parameters = new Parameters { Flags = SubmitAll };
        var fd = (int)Libc.SystemCall(CallSetUp, capacity, (nint)(&parameters), 0, 0, 0, 0);
        if (fd < 0)
        {
            return null;
        }

        var ringsLength = Math.Max(
            parameters.Submit.Order + (parameters.SubmitEntries * sizeof(uint)),
            parameters.Complete.Entries + (parameters.CompleteEntries * (nuint)sizeof(Completion)));
        var rings = Map(fd, ringsLength, OffsetOfRings);
        var entries = rings is null ? null : Map(fd, parameters.SubmitEntries * (nuint)sizeof(Entry), OffsetOfEntries);
        if (entries is not null)
        {
            Debug.Assert(
                (parameters.Features & HasSingleMap) != 0, "whoever knows SubmitAll has both rings in one map");
            return new SendRing(fd, parameters, rings, ringsLength, (Entry*)entries);
        }

        var errno = Errno.Last;
        if (rings is not null)
        {
            _ = Libc.Unmap(rings, ringsLength);
        }

        Socket.Close(fd);
        Marshal.SetLastPInvokeError(errno);
        return null;
    }

    /// <summary>Adds a send. The bytes stay where they are until <see cref="Submit"/> has returned.</summary>
    public void Add(int fd, nint bytes, int length)
    {
        Debug.Assert(Count < Capacity, "who adds looks whether there is room");
        var index = (_first + (uint)Count++) & _mask;
        var entry = &_entries[index];
        entry->Descriptor = fd;
        entry->Address = (ulong)bytes;
        entry->Length = (uint)length;
        _results[index] = NotTried;
    }

    /// <summary>Makes all the sends that were added, and returns when each has its result.</summary>
    /// <exception cref="IOException">The kernel took sends and will not say what became of them.</exception>
    public void Submit()
    {
        var end = _first + (uint)Count;
        Volatile.Write(ref *_submitTail, end);
        _ = Enter(Count, 0);
        var taken = (int)(Volatile.Read(ref *_submitHead) - _first);

        // What was not taken, for want of memory, is not left for the next time: by then its bytes are others.
        Volatile.Write(ref *_submitTail, _first + (uint)taken);
        for (var missing = taken - Reap(); missing > 0; missing -= Reap())
        {
            // A send that does not wait has its result before the call returns, as far as we know; here we would wait
            // for one that has not.
            if (Enter(0, missing) < 0 && Errno.Last != Errno.Interrupted)
            {
                throw new IOException($"io_uring_enter: {Errno.Describe(Errno.Last)}");
            }
        }

        _last = _first;
        _first += (uint)taken;
        Count = 0;
    }

    /// <summary>
    /// The result of a send of the last submission: bytes, an error's number below zero, or <see cref="NotTried"/>.
    /// </summary>
    /// <param name="index">Its number in the order of adding.</param>
    public int ResultOf(int index) => _results[(_last + (uint)index) & _mask];

    public void Dispose()
    {
        _ = Libc.Unmap(_entries, (nuint)(Capacity * sizeof(Entry)));
        _ = Libc.Unmap(_rings, _ringsLength);
        Socket.Close(_fd);
    }

    private static byte* Map(int fd, nuint length, nint offset)
    {
        var address = (byte*)Libc.Map(null, length, ReadWrite, SharedPopulated, fd, offset);
        return (nint)address == -1 ? null : address;
    }

    private nint Enter(int toSubmit, int toWaitFor) =>
        Libc.SystemCall(CallEnter, _fd, toSubmit, toWaitFor, toWaitFor > 0 ? (nint)GetEvents : 0, 0, 0);

    private int Reap()
    {
        var head = *_completeHead;
        var tail = Volatile.Read(ref *_completeTail);
        var count = (int)(tail - head);
        for (; head != tail; head++)
        {
            var completion = &_completions[head & _completeMask];
            _results[completion->Tag] = completion->Result;
        }

        Volatile.Write(ref *_completeHead, head);
        return count;
    }

    // struct io_uring_sqe, as far as a send fills it in.
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Entry
    {
        [FieldOffset(0)]
        public byte Operation;

        [FieldOffset(4)]
        public int Descriptor;

        [FieldOffset(16)]
        public ulong Address;

        [FieldOffset(24)]
        public uint Length;

        [FieldOffset(28)]
        public int MessageFlags;

        [FieldOffset(32)]
        public ulong Tag;
    }

    // struct io_uring_cqe.
    [StructLayout(LayoutKind.Sequential)]
    private struct Completion
    {
        public ulong Tag;
        public int Result;
        public uint Flags;
    }

    // struct io_uring_params, and the two structures of offsets at its end.
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    private struct Parameters
    {
        [FieldOffset(0)]
        public uint SubmitEntries;

        [FieldOffset(4)]
        public uint CompleteEntries;

        [FieldOffset(8)]
        public uint Flags;

        [FieldOffset(20)]
        public uint Features;

        [FieldOffset(40)]
        public SubmitOffsets Submit;

        [FieldOffset(80)]
        public CompleteOffsets Complete;
    }

    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct SubmitOffsets
    {
        [FieldOffset(0)]
        public uint Head;

        [FieldOffset(4)]
        public uint Tail;

        [FieldOffset(24)]
        public uint Order;
    }

    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct CompleteOffsets
    {
        [FieldOffset(0)]
        public uint Head;

        [FieldOffset(4)]
        public uint Tail;

        [FieldOffset(20)]
        public uint Entries;
    }
}
