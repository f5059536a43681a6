using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Halley.Load.Native;

/// <summary>The owner of a descriptor, who reads it when there is something to read.</summary>
internal interface IReader
{
    void Read(int descriptor);
}

/// <summary>One epoll and who reads what. All clients of a process live on the one thread that runs it.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int BatchSize = 512;

    /// <summary>
    /// struct epoll_event is packed on x86-64: 4 bytes of events and 8 of data; elsewhere the data is aligned.
    /// </summary>
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll = Libc.EpollCreate(Libc.EpollCloseOnExec);
    private readonly byte[] _events = GC.AllocateArray<byte>(BatchSize * EventSize, pinned: true);
    private IReader?[] _readers = new IReader?[1024];

    public void Add(int descriptor, IReader reader)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = Libc.EpollIn;
        *(long*)(entry + EventSize - 8) = descriptor;
        if (Libc.EpollControl(_epoll, Libc.EpollControlAdd, descriptor, entry) < 0)
        {
            throw new LoadException($"epoll_ctl: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        if (descriptor >= _readers.Length)
        {
            Array.Resize(ref _readers, Math.Max(descriptor + 1, 2 * _readers.Length));
        }

        _readers[descriptor] = reader;
    }

    /// <summary>Forgets the descriptor; closing it is the caller's.</summary>
    public void Remove(int descriptor)
    {
        Libc.EpollControl(_epoll, Libc.EpollControlDelete, descriptor, null);
        _readers[descriptor] = null;
    }

    /// <summary>Waits for readable descriptors, at most so long, and has them read.</summary>
    public void RunOnce(int timeoutMs)
    {
        fixed (byte* events = _events)
        {
            var count = Libc.EpollWait(_epoll, events, BatchSize, timeoutMs);
            for (var i = 0; i < count; i++)
            {
                var descriptor = (int)*(long*)(events + (i * EventSize) + EventSize - 8);
                _readers[descriptor]?.Read(descriptor);
            }
        }
    }

    /// <summary>False: the time was up before it was done.</summary>
    public bool RunUntil(Func<bool> isDone, TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        while (!isDone())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                return false;
            }

            RunOnce(timeoutMs: 100);
        }

        return true;
    }

    public void Dispose() => Libc.Close(_epoll);
}
